import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';

describe('the tests of the sharing decision', () => {
  it('[R14.7] notice any condition that is removed or turned, and any reason that is not given', () => {
    const main = join(WORKSPACE, 'tools', 'dist', 'mutate.js');
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'libs/regulation/src/decision'], {
      encoding: 'utf8',
      env,
    });
    expect({ status, survivors: stdout.split('\n').slice(0, -2), stderr }).toEqual({
      status: 0,
      survivors: [],
      stderr: '',
    });
    expect(Number(/^(\d+) mutants/.exec(stdout)?.[1])).toBeGreaterThan(1_000);
  }, 300_000);
});
