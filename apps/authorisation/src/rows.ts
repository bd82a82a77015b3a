import { Refusal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import type { ColumnOptions, ObjectLiteral, QueryDeepPartialEntity } from 'typeorm';

/** A column `timestamptz` that is an RFC 3339 text (`toISOString`) in the rules. */
export const instant = (name: string, options: ColumnOptions = {}): ColumnOptions => ({
  ...options,
  name,
  type: 'timestamptz',
  transformer: {
    to: (text: string | null) => text,
    from: (date: Date | null) => date?.toISOString() ?? null,
  },
});

/** A row has the fields of the state it keeps. Deep partials of TypeORM know no read-only lists, hence the cast. */
type Row<S> = new () => S & ObjectLiteral;
const values = <S>(state: S) => state as unknown as QueryDeepPartialEntity<S & ObjectLiteral>;

/** False when its id, or something else that must be unique, is taken. */
export async function add<S extends { readonly id: string }>(tx: Transaction, row: Row<S>, state: S): Promise<boolean> {
  const insert = tx.manager.createQueryBuilder().insert().into(row).values(values(state)).orIgnore().returning('id');
  return ((await insert.execute()).raw as unknown[]).length > 0;
}

/** Nobody else changes it before the transaction ends. */
export async function lock<S>(tx: Transaction, row: Row<S>, id: string): Promise<S> {
  const found = await tx.manager
    .createQueryBuilder(row, 'kept')
    .where('kept.id = :id', { id })
    .setLock('pessimistic_write')
    .getOne();
  if (!found) throw new Refusal('request.not_found');
  return found;
}

/** Lock it first: `save` overwrites. */
export async function save<S extends { readonly id: string }>(tx: Transaction, row: Row<S>, state: S): Promise<void> {
  const { id, ...changed } = state;
  await tx.manager
    .createQueryBuilder()
    .update(row)
    .set(values(changed as S))
    .where('id = :id', { id })
    .execute();
}
