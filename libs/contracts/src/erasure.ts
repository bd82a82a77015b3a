import type { Fact } from './fact';

/** What audit asks exchange when two officers have agreed that traces of a resource's past quarters end. */
export type HashKeyDestruction = Readonly<{ erasureId: string; resourceId: string; quarters: readonly string[] }>;
/** Those of the quarters asked for whose key is destroyed; a quarter in which nothing left never had one. */
export type HashKeysDestroyed = Readonly<{
  keys: readonly Readonly<{ quarter: string; hashKeyId: string; destroyedAt: string }>[];
}>;

/** The route of exchange that only audit calls. */
export const HASH_KEY_DESTRUCTIONS = '/internal/hash-key-destructions';

/** `2026Q1`, in UTC. */
export const QUARTER = /^20\d\dQ[1-4]$/;
/** Records of processing are kept for three years at least. (网络数据安全管理条例 art. 12, 个人信息保护法 art. 56) */
const YEARS = 3;

/** Whether a quarter ended so long ago that nobody is owed its traces any more. */
export function mayBeErased(quarter: string, now: Date): boolean {
  const [year, number] = quarter.split('Q').map(Number);
  return QUARTER.test(quarter) && Date.UTC(year! + YEARS, number! * 3) <= now.getTime();
}

/** Nobody can say any more which records the hashes of this quarter are of; the log itself is as it was. [R14.9] */
export type HashKeyDestroyed = Fact<
  'exchange.hash-key-destroyed.v1',
  Readonly<{
    hashKeyId: string;
    resourceId: string;
    quarter: string;
    erasureId: string;
    by: string;
    departmentId: string;
  }>
>;

export type ErasureProposed = Fact<
  'audit.erasure-proposed.v1',
  Readonly<{
    erasureId: string;
    by: string;
    departmentId: string;
    resourceId: string;
    quarters: readonly string[];
    ground: string;
    document: string;
  }>
>;

export type ErasureDecided = Fact<
  'audit.erasure-confirmed.v1' | 'audit.erasure-rejected.v1',
  Readonly<{ erasureId: string; by: string; departmentId: string; resourceId: string; quarters: readonly string[] }>
>;
