import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAbort, untilAborted } from './stay';

/** A process that does nothing but wait, as the demo does after its story. */
const WAITING = `
  const { untilAborted } = require(${JSON.stringify(join(__dirname, '../../dist/demo/stay.js'))});
  const leaving = new AbortController();
  process.on('SIGTERM', () => leaving.abort());
  untilAborted(leaving.signal).then(() => console.log('told to end'));
  console.log('waiting');
`;

describe('a demo that stays up', () => {
  it('is there until it is told to end: once it ended by itself and left its services to nobody', async () => {
    const waiting = spawn(process.execPath, ['-e', WAITING], { env: { PATH: process.env['PATH'] } });
    let said = '';
    waiting.stdout.on('data', (text: Buffer) => (said += text.toString()));
    const ended = new Promise<number | null>((resolve) => waiting.once('exit', resolve));
    while (!said.includes('waiting')) await sleep(20);
    await sleep(500);
    expect(waiting.exitCode).toBeNull();
    waiting.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said).toBe('waiting\ntold to end\n');
  });

  it('does not wait when it was told before', async () => {
    await expect(untilAborted(AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe('a demo that is ended before its story is over', () => {
  it('does not go on with what it was waiting for', async () => {
    const leaving = new AbortController();
    const story = beforeAbort(leaving.signal, () => new Promise(() => undefined));
    leaving.abort(new Error('ended'));
    await expect(story).rejects.toThrow('ended');
    await expect(beforeAbort(leaving.signal, () => Promise.resolve('begun'))).rejects.toThrow('ended');
  });

  it('is undisturbed otherwise', async () => {
    const { signal } = new AbortController();
    await expect(beforeAbort(signal, () => Promise.resolve('told'))).resolves.toBe('told');
    await expect(beforeAbort(signal, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  });
});
