import { actorOf, type Principal, type RegistrationRefused } from '@qiongtong/contracts';

/** What is kept of a registration refused for secrecy: who, when, which rule; the entry only where it was known before. [R2.2] */
export type RegistrationRefusal = Readonly<{
  id: string;
  rule: 'R2.2' | 'R2.3';
  organisationId: string;
  by: string;
  entryId: string | null;
  wiped: boolean;
  at: string;
}>;

export function refuseRegistration(
  id: string,
  given: Pick<RegistrationRefusal, 'rule' | 'entryId' | 'wiped'>,
  by: Principal,
  now: Date,
): Readonly<{ state: RegistrationRefusal; event: RegistrationRefused }> {
  const { rule, entryId, wiped } = given;
  const who = { organisationId: by.departmentId, by: actorOf(by) };
  const at = now.toISOString();
  return {
    state: { id, rule, entryId, wiped, ...who, at },
    event: {
      type: 'catalogue.registration-refused.v1',
      // Where the entry is known its trail ends (or goes on) under its own key, in order.
      key: entryId ?? id,
      at,
      data: { refusalId: id, rule, entryId, wiped, ...who },
    },
  };
}
