/** Types of an information item: the letters of the national cataloguing guide. */
export const ITEM_TYPES = ['C', 'N', 'Y', 'D', 'T', 'L', 'M', 'G', 'B', 'I', 'F'] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/**
 * One item (信息项) of a catalogue entry. Values travel as JSON: C and M strings, N and Y decimal strings,
 * B, F and I numbers, D `YYYY-MM-DD`, T RFC 3339, L booleans. G (general, binary) is not hosted as a value.
 */
export type Item = Readonly<{
  code: string;
  name: string;
  type: ItemType;
  /** Characters for C, `precision.scale` for N and Y; absent where the type has no length. */
  length?: string;
  key: boolean;
  required: boolean;
  /** A sensitive item is filtered by `POST …:query` only, never in a URL. */
  sensitive: boolean;
  queryable: boolean;
  /** The values a coded item may take. */
  codeList?: readonly string[];
  /** Absent where no standard data element describes it. */
  source?: ItemSource;
}>;

export const ITEM_SOURCES = ['COLLECTED', 'REUSED'] as const;

/** Which standard data element an item holds, and whether its provider collects it or reuses what another collects. [R8.1] */
export type ItemSource = Readonly<{
  elementId: string;
  how: (typeof ITEM_SOURCES)[number];
  /** About whom: a code of the element; everybody (`all`) where it is absent. */
  population?: string;
  /** Where: the provider's own region where it is absent. */
  regionCode?: string;
  /** The resource it is reused from. */
  fromId?: string;
}>;
