const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** MurmurHash2 as Kafka's own clients compute it, so that every client puts a key into the same partition. */
export function murmur2(data: Buffer): number {
  const length = data.length;
  const words = length >> 2;
  let h = SEED ^ length;
  for (let i = 0; i < words; i++) {
    let k = Math.imul(data.readInt32LE(i * 4), M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length & 3;
  const at = words * 4;
  if (rest === 3) h ^= data[at + 2]! << 16;
  if (rest >= 2) h ^= data[at + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[at]!, M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

export const partitionOf = (key: string, partitions: number): number =>
  partitions === 1 ? 0 : (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
