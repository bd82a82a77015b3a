import { Refusal } from './refusals';
import { ROW_FILTER_LIMITS, type Scalar } from './row-filter';

/** Parts of the parsers of requests, which the gateway and exchange share. */
export const invalid = (pointer: string, message: string) =>
  new Refusal('request.invalid', { errors: [{ pointer, message }] });

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= ROW_FILTER_LIMITS.valueLength;

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || typeof value === 'boolean' || isShortText(value);

export function refuseUnknown(unknown: object): void {
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw invalid(`/${stranger.slice(0, 64)}`, 'unknown field');
}
