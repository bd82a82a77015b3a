import { quarterOf } from '../deliveries/hash-keys';

export type Span = Readonly<{ from: string | null; to: string | null }>;

/** A hash is made a little before its access record is written, which may be in the next quarter. */
const DAY_MS = 86_400_000;

export const isWithin = ({ from, to }: Span, at: Date): boolean =>
  (from === null || at.getTime() >= Date.parse(from) - DAY_MS) && (to === null || at.getTime() <= Date.parse(to));

/** `2026Q1` sorts as its time does. */
export const quartersWithin = ({ from, to }: Span) => {
  const first = from === null ? null : quarterOf(new Date(Date.parse(from) - DAY_MS));
  const last = to === null ? null : quarterOf(new Date(to));
  return ({ quarter: name }: Readonly<{ quarter: string }>) =>
    (first === null || name >= first) && (last === null || name <= last);
};
