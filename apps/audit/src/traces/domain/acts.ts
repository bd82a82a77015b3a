import { fieldsOf, instantOf, text, type Fields } from './fields';

export const GRANT_ISSUED = 'authorisation.grant-issued.v1';
/** Facts by which a grant begins, changes, ends or is passed on, as beginnings of their types. */
export const ACT_TYPES = ['authorisation.grant-', 'authorisation.onward-transfer-'] as const;

/** Something that was done to a grant, as the log has it. */
export type Act = Readonly<{
  index: number;
  grantId: string;
  type: string;
  at: string;
  by: string | null;
  /** Of the act that issued it alone. */
  parentId: string | null;
  resourceId: string | null;
  providerId: string | null;
  holderId: string | null;
  /** Whatever else the fact says: grounds, periods, dimensions, who it is passed to. */
  told: Fields;
}>;

const SAID_ELSEWHERE = ['grantId', 'parentId', 'resourceId', 'providerId', 'holderId', 'by', 'revision'];
const MOST_TOLD = 8_000;

export const isAct = (type: string): boolean => ACT_TYPES.some((begin) => type.startsWith(begin));

/** A transfer is an act on the grant out of which it passes something on; what it makes is a grant of its own. */
export function actOf(index: number, entry: string): Act | null {
  const { type, at, data } = fieldsOf(JSON.parse(entry));
  if (typeof type !== 'string' || !isAct(type)) return null;
  const fields = fieldsOf(data);
  const grantId = text(type.startsWith(ACT_TYPES[0]) ? fields['grantId'] : fields['parentGrantId']);
  if (grantId === null) return null;
  return {
    index,
    grantId,
    type: text(type)!,
    at: instantOf(at),
    by: text(fields['by']),
    parentId: type === GRANT_ISSUED ? text(fields['parentId']) : null,
    resourceId: text(fields['resourceId']),
    providerId: text(fields['providerId']),
    holderId: text(fields['holderId']),
    told: toldIn(fields, type.startsWith(ACT_TYPES[0])),
  };
}

/** What a database can hold of it; of a fact that says too much, nothing but that it was said: the entry has the rest. */
function toldIn(fields: Fields, ofGrant: boolean): Fields {
  const left = Object.entries(fields).filter(([name]) => !SAID_ELSEWHERE.includes(name) || (!ofGrant && name === 'grantId')); // prettier-ignore
  const told = JSON.stringify(Object.fromEntries(left)).replaceAll('\\u0000', '\\ufffd');
  return told.length > MOST_TOLD ? {} : (JSON.parse(told) as Fields);
}
