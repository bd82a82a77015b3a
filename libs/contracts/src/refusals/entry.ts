/** What a refusal is, independent of any transport; `libs/platform` maps it to an HTTP status in one place. */
export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'gone'
  | 'conflict'
  | 'stale'
  | 'tooLarge'
  | 'unsupported'
  | 'unprocessable'
  | 'preconditionRequired'
  | 'tooMany'
  | 'timeout'
  | 'unavailable'
  /** Somebody whom the platform asked on the caller's behalf answered wrongly, or not in time. */
  | 'badGateway'
  | 'gatewayTimeout';

export type RefusalEntry = Readonly<{
  kind: RefusalKind;
  /** Requirement number, where a rule of the regulation refuses. */
  requirement?: string;
  /** Article of 琼府办〔2014〕176号. */
  article?: number;
  zh: string;
  en: string;
  /** What the caller can do next. */
  nextZh: string;
  nextEn: string;
}>;

/** Keeps the codes as literal types. Codes are `area.snake_case`; a retired code is never used again. */
export const refusals = <T extends Record<string, RefusalEntry>>(table: T): { readonly [K in keyof T]: RefusalEntry } =>
  table;
