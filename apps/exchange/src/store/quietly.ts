/** Work that goes on beside: its failure is met where it is awaited. */
export function quietly<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
