import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Instance } from '@qiongtong/testing';

jest.setTimeout(400_000);

/** The demo's own command on an instance of its own: what a newcomer sees first must never be broken. */
describe('the story of the demo', () => {
  const name = `journey-demo-${process.pid}`;

  it('[R11.3] [R11.4] [R12.7] [R13.2] [R13.4] [R14.9] is answered step by step as the rules say', async () => {
    const main = join(__dirname, '..', 'tools', 'dist', 'demo', 'main.js');
    const env = { ...process.env, DEMO_INSTANCE: name, NODE_OPTIONS: '' };
    const demo = spawn(process.execPath, [main, '--once'], { env });
    let said = '';
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    const code = await new Promise<number | null>((resolve) => demo.once('exit', resolve));
    new Instance(name).remove();
    expect(said).toContain('Every answer was what the rules say.');
    expect(code).toBe(0);
  });
});
