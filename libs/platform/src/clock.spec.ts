import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClockOfFile } from './clock';

describe('a clock that a file holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiongtong-clock-'));
  const file = join(folder, 'clock');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('stands still until the file says otherwise', () => {
    writeFileSync(file, '2026-03-02T09:00:00+08:00\n');
    const clock = new ClockOfFile(file);
    expect([clock.now(), clock.now()].map((at) => at.toISOString())).toEqual(Array(2).fill('2026-03-02T01:00:00.000Z'));
    writeFileSync(file, '2026-03-10T09:00:00+08:00');
    expect(clock.now().toISOString()).toBe('2026-03-10T01:00:00.000Z');
  });

  it('is refused at the start where the file holds none, or is not there', () => {
    writeFileSync(file, 'soon');
    expect(() => new ClockOfFile(file)).toThrow(/holds no instant/);
    expect(() => new ClockOfFile(join(folder, 'elsewhere'))).toThrow(/ENOENT/);
  });
});
