import { REFUSALS, type Reason, type Refusal, type RefusalKind } from '@qiongtong/contracts';
import { requestContext } from '../request-context';

export type Language = 'zh' | 'en';

/** The one place where a kind of refusal becomes an HTTP status. */
const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  timeout: 408,
  conflict: 409,
  gone: 410,
  stale: 412,
  tooLarge: 413,
  unsupported: 415,
  unprocessable: 422,
  preconditionRequired: 428,
  tooMany: 429,
  badGateway: 502,
  unavailable: 503,
  gatewayTimeout: 504,
};
export const statusOf = (refusal: Pick<Refusal, 'entry'>): number => STATUS[refusal.entry.kind];

/** Seconds a caller should wait where nobody knows better. */
const WAIT_SECONDS: Readonly<Partial<Record<RefusalKind, number>>> = { unavailable: 5, tooMany: 5 };
export const retryAfterOf = (refusal: Refusal): number | undefined =>
  refusal.details.retryAfterSeconds ?? WAIT_SECONDS[refusal.entry.kind];

/** RFC 9457 body of a refusal. [R12.7] */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  code: string;
  requirement?: string;
  article?: number;
  detail: string;
  /** What the caller can do. */
  next: string;
  about?: readonly string[];
  errors?: readonly Readonly<{ pointer: string; message: string }>[];
  /** Every reason of a denied use, the first of which gave this problem its code. */
  reasons?: readonly Readonly<{
    code: string;
    requirement: string;
    article?: number;
    title: string;
    about?: readonly string[];
  }>[];
  decisionId?: string;
  traceId?: string;
}>;

export type ProblemContext = Readonly<{
  language?: Language;
  traceId?: string;
  decisionId?: string;
  reasons?: readonly Reason[];
}>;

export function toProblem(refusal: Refusal, context: ProblemContext = {}): Problem {
  const { entry, details, code } = refusal;
  const language = context.language ?? 'zh';
  const { about, errors } = details;
  const traceId = context.traceId ?? requestContext.getStore()?.traceId;
  const [title, next, colon] = language === 'en' ? [entry.en, entry.nextEn, ': '] : [entry.zh, entry.nextZh, ':'];
  return {
    type: `urn:qiongtong:refusal:${code}`,
    title,
    status: statusOf(refusal),
    code,
    ...(entry.requirement === undefined ? {} : { requirement: entry.requirement }),
    ...(entry.article === undefined ? {} : { article: entry.article }),
    detail: about?.length ? `${title}${colon}${about.join(', ')}` : title,
    next,
    ...(about === undefined ? {} : { about }),
    ...(errors === undefined ? {} : { errors }),
    ...(context.reasons === undefined ? {} : { reasons: context.reasons.map((reason) => reasonOf(reason, language)) }),
    ...(context.decisionId === undefined ? {} : { decisionId: context.decisionId }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

function reasonOf({ code, requirement, about }: Reason, language: Language) {
  const { article, zh, en } = REFUSALS[code];
  return { code, requirement, article, title: language === 'en' ? en : zh, ...(about === undefined ? {} : { about }) };
}

/** Chinese unless English is preferred. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined || acceptLanguage.length > 500) return 'zh';
  const weight = { zh: -1, en: -1 };
  for (const range of acceptLanguage.split(',')) {
    const [tag = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    const language = tag.split('-')[0];
    if ((language === 'zh' || language === 'en') && q > weight[language]) weight[language] = q;
  }
  return weight.en > 0 && weight.en > weight.zh ? 'en' : 'zh';
}
