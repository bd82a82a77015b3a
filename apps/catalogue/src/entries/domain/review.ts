import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { authorityAct, MARKED, step, subject } from './acting';
import type { Act, Decision, Entry, Outcome } from './entry';
import { remarksOn, type FieldNames, type FieldRemark } from './remarks';
import { carriesSecretMark } from './secret-mark';

/** What the authority says when it approves. */
export type Approval = Readonly<{
  remarks: string;
  basisExamined?: boolean;
  regimeConfirmed?: boolean;
  stricterClassConsented?: boolean;
}>;
/** What it says when it does not: on the whole, and of each field that has to be mended. */
export type Return = Readonly<{ remarks: string; fieldRemarks: readonly FieldRemark[] }>;

export function startReview(entry: Entry, competent: Role, by: Principal, now: Date): Decision {
  const act = authorityAct('startReview', entry, competent, by, now);
  const state = step('startReview', entry, now, { authorityReview: act });
  return decided('catalogue.entry-review-started.v1', state, act);
}

/** Not sharing, and sharing by another rule, are the authority's to confirm: a tick of the box is not inferred. [R3.2, R22.2] */
export function approve(entry: Entry, competent: Role, said: Approval, by: Principal, now: Date): Outcome {
  const act = authorityAct('approve', entry, competent, by, now);
  if (carriesSecretMark(said)) return MARKED;
  const { sharingType, specialRegime } = entry.content;
  if (sharingType === 'NOT_SHARED' && said.basisExamined !== true) throw new Refusal('catalogue.basis_not_examined');
  if (specialRegime !== null && said.regimeConfirmed !== true)
    throw new Refusal('catalogue.regime_not_confirmed', { about: [specialRegime] });
  const stricter = entry.submission?.stricterClass !== undefined;
  if (stricter && (said.stricterClassConsented !== true || said.remarks.trim() === ''))
    throw new Refusal('catalogue.stricter_class_not_consented');
  const state = step('approve', entry, now, {
    decision: {
      ...act,
      outcome: 'APPROVED',
      remarks: said.remarks,
      ...(sharingType === 'NOT_SHARED' && { basisExamined: true }),
      ...(specialRegime !== null && { regimeConfirmed: true }),
      ...(stricter && { stricterClassConsented: true }),
    },
  });
  return decided('catalogue.entry-approved.v1', state, act);
}

/** Sends the entry back to its department, with what it has to mend. */
export function returnWithRemarks(
  entry: Entry,
  competent: Role,
  said: Return,
  names: FieldNames,
  by: Principal,
  now: Date,
): Outcome {
  const act = authorityAct('return', entry, competent, by, now);
  if (carriesSecretMark(said)) return MARKED;
  const fieldRemarks = remarksOn(entry.content, said.fieldRemarks, names);
  const state = step('return', entry, now, {
    decision: { ...act, outcome: 'RETURNED', remarks: said.remarks, fieldRemarks },
  });
  return decided('catalogue.entry-returned.v1', state, act);
}

const decided = (
  type: 'catalogue.entry-review-started.v1' | 'catalogue.entry-approved.v1' | 'catalogue.entry-returned.v1',
  state: Entry,
  act: Act & Readonly<{ organisationId: string }>,
): Decision => ({
  state,
  event: {
    type,
    key: state.id,
    at: state.updatedAt,
    data: { ...subject(state, act.by), organisationId: act.organisationId },
  },
});
