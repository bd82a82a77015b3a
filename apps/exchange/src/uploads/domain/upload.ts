import { Refusal } from '@qiongtong/contracts';

/** `SETTLED`: its batch says what became of it. `FAILED`: no batch came of it. */
export type UploadStatus = 'OPEN' | 'QUEUED' | 'RUNNING' | 'SETTLED' | 'FAILED' | 'CANCELLED' | 'EXPIRED';

/** A part that is kept: its number, from 1, its bytes, and their SHA-256, hex. */
export type Part = Readonly<{ n: number; bytes: number; digest: string }>;

/** What the names of all files of parts begin with. */
export const UPLOAD_BLOBS = 'upload.';
export const MOST_PARTS = 10_000;
const NAMED = 100;

export function expectOpen({ id, status }: Readonly<{ id: string; status: UploadStatus }>): void {
  if (status !== 'OPEN') throw new Refusal('upload.not_open', { about: [id] });
}

/** All parts up to the last are there, and none beyond it. */
export function expectWhole(have: readonly Part[], wanted: number): void {
  const numbers = new Set(have.map(({ n }) => n));
  const missing: number[] = [];
  for (let n = 1; n <= wanted && missing.length < NAMED; n++) if (!numbers.has(n)) missing.push(n);
  const beyond = [...numbers].filter((n) => n > wanted).slice(0, NAMED);
  if (missing.length + beyond.length === 0) return;
  throw new Refusal('upload.incomplete', {
    errors: [
      ...missing.map((n) => ({ pointer: `/parts/${n}`, message: 'is missing' })),
      ...beyond.map((n) => ({ pointer: `/parts/${n}`, message: 'is beyond the last part' })),
    ],
  });
}
