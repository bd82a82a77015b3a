import { findSecretMark } from '@qiongtong/regulation';

/** Whether any text inside a value, however deep, carries the marking of a state secret. [R2.3] */
export function carriesSecretMark(value: unknown): boolean {
  if (typeof value === 'string') return findSecretMark(value) !== null;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(carriesSecretMark);
}
