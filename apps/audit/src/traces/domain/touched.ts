import { fieldsOf, instantOf, text } from './fields';

export const TOUCH_KINDS = ['USE', 'LOG_READ', 'APPLICATION', 'REVIEW', 'DECISION', 'DOCUMENT', 'OTHER'] as const;
export type TouchKind = (typeof TOUCH_KINDS)[number];

/** Something that an officer did, or that names them. */
export type Touched = Readonly<{
  type: string;
  kind: TouchKind;
  /** `asserted`: a system said so, and no token; `named`: somebody else did something about them. */
  how: 'did' | 'asserted' | 'named';
  at: string;
  about: string;
  departmentId: string | null;
  systemId: string | null;
  resourceId: string | null;
  grantId: string | null;
  decisionId: string | null;
  purpose: string | null;
  matterNumber: string | null;
  /** What came of a use. */
  outcome: string | null;
}>;

/** The first that fits a fact's name. */
const KINDS: readonly (readonly [RegExp, TouchKind])[] = [
  [/^access\./, 'USE'],
  [/^audit\.log-read/, 'LOG_READ'],
  [/agreement|disposal-reported|pledge/, 'DOCUMENT'],
  [/review|confirmed|acknowledged|dismissed/, 'REVIEW'],
  [/consent|refus|approved|authorised|rejected|returned|issued|granted|published|assigned|revoked|suspended|resumed|amended|placed|lifted|attested/, 'DECISION'], // prettier-ignore
  [/drafted|submitted|asked|requested|proposed|registered|withdrawn|relinquished|cancelled/, 'APPLICATION'],
];
export const kindOf = (type: string): TouchKind => KINDS.find(([fits]) => fits.test(type))?.[1] ?? 'OTHER';

/** @param actor whose act the log says it was */
export function touchedOf(entry: string, actor: string | null, officerId: string): Touched {
  const { type, key, at, data } = fieldsOf(JSON.parse(entry));
  const fields = fieldsOf(data);
  const use = fieldsOf(fields['use']);
  const used = use['officerId'] === officerId;
  const asserted = used && use['officerAsserted'] === true;
  return {
    type: text(type) ?? '',
    kind: kindOf(text(type) ?? ''),
    how: asserted ? 'asserted' : used || actor === officerId || fields['by'] === officerId ? 'did' : 'named',
    at: instantOf(at),
    about: text(key) ?? '',
    departmentId: text(use['departmentId']) ?? text(fields['departmentId']),
    systemId: text(use['systemId']) ?? text(fields['systemId']),
    resourceId: text(use['resourceId']) ?? text(fields['resourceId']),
    grantId: text(fields['grantId']),
    decisionId: text(fields['decisionId']),
    purpose: text(use['purpose']),
    matterNumber: text(use['matterNumber']),
    outcome: text(fields['outcome']),
  };
}

/** Organisations that an entry about an officer says they are appointed by. */
export function appointingIn(entry: string): string[] {
  const { data } = fieldsOf(JSON.parse(entry));
  const appointments = fieldsOf(data)['appointments'];
  if (!Array.isArray(appointments)) return [];
  return appointments.flatMap((appointment) => text(fieldsOf(appointment)['organisationId']) ?? []);
}
