import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Instance } from '@qiongtong/testing';

jest.setTimeout(400_000);

/** The operator's own command on instances of its own: databases are lost and restored to a moment. */
describe('the drill of backup and restore', () => {
  const name = `journey-drill-${process.pid}`;

  it('[R14.9] loses nothing acknowledged before the moment, and the log that comes back is the one that was exported', async () => {
    const main = join(__dirname, '..', 'tools', 'dist', 'drill', 'main.js');
    const env = { ...process.env, DRILL_INSTANCE: name, NODE_OPTIONS: '' };
    const drill = spawn(process.execPath, [main], { env });
    let said = '';
    for (const stream of [drill.stdout, drill.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    const code = await new Promise<number | null>((resolve) => drill.once('exit', resolve));
    for (const instance of [name, `${name}-log`]) new Instance(instance).remove();
    expect(said).toContain('Everything held.');
    expect(said.match(/✔/g)).toHaveLength(8);
    // What no database has is told from the log.
    expect(said).toMatch(/has to be done again[^]*authorisation +\S+ +\d+[^]*RPO[^]*RTO/);
    expect(code).toBe(0);
  });
});
