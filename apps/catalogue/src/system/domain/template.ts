import { Refusal } from '@qiongtong/contracts';

/** What the metadata template says of one field of an entry. [R6.1] */
export type TemplateField = Readonly<{
  /** As the interface names it. */
  field: string;
  /** Number of the core element in the national guide; null for what is an extension. [B.2] */
  element: number | null;
  zh: string;
  en: string;
  /** Said by the platform, not by a department. */
  told: boolean;
  /** Without it nothing is reviewed or handed in. */
  required: boolean;
  /** Characters; null where the platform's own bound is the only one. */
  longest: number | null;
  /** Values that may be chosen; null where the field is no code. */
  values: readonly string[] | null;
}>;
export type Template = readonly TemplateField[];

/** An entry's content as far as the template looks at it. */
export type Described = Readonly<Record<string, unknown>>;
export type TemplateFault = Readonly<{ field: string; reason: 'MISSING' | 'TOO_LONG' | 'NOT_LISTED' }>;

/** What a template needs that is filled in: in the order of the template. */
export const faultsOf = (template: Template, content: Described): TemplateFault[] =>
  template.flatMap((field) => [...missing(field, content), ...outside(field, content)]);

/** Refuses what is said otherwise than the template has it; gaps are allowed until it is to be reviewed. */
export function checkSaid(template: Template, content: Described): void {
  const faults = template.flatMap((field) => outside(field, content).map(({ reason }) => ({ field, reason })));
  if (faults.length === 0) return;
  const errors = faults.map(({ field: { field, longest, values }, reason }) => ({
    pointer: `/${field}`,
    message: reason === 'TOO_LONG' ? `at most ${longest} characters` : `one of ${values!.join(', ')}`,
  }));
  throw new Refusal('catalogue.outside_template', { errors });
}

/** Refuses content that lacks what the template needs. [R7.3] */
export function checkFilled(template: Template, content: Described): void {
  const about = template.flatMap((field) => missing(field, content).map(({ field: name }) => name));
  if (about.length > 0) throw new Refusal('catalogue.incomplete', { about });
}

const missing = ({ field, required, told }: TemplateField, content: Described): TemplateFault[] =>
  required && !told && isEmpty(content[field]) ? [{ field, reason: 'MISSING' }] : [];

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

function outside({ field, longest, values }: TemplateField, content: Described): TemplateFault[] {
  const value = content[field];
  if (isEmpty(value)) return [];
  if (longest !== null && typeof value === 'string' && [...value].length > longest)
    return [{ field, reason: 'TOO_LONG' }];
  const chosen = Array.isArray(value) ? value : [value];
  return values !== null && !chosen.every((each) => values.includes(String(each)))
    ? [{ field, reason: 'NOT_LISTED' }]
    : [];
}
