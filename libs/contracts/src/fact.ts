/** Something that happened, in the past tense. Carries no personal data value: people as ids, bad rows by reference. */
export type Fact<T extends string = string, D = unknown> = Readonly<{
  /** `<service>.<what-happened>.v<n>` */
  type: T;
  /** The aggregate's id; order is promised per key. */
  key: string;
  /** RFC 3339 UTC. */
  at: string;
  data: D;
}>;

/** What a domain function returns: the new state and what happened. */
export type Decided<S, F extends Fact = Fact> = Readonly<{ state: S; event: F }>;
