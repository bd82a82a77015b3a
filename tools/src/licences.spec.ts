import { readFileSync } from 'node:fs';
import { isAllowed, licences, licensedIn, PAGE, pageOf } from './licences';

describe('licences of packages', () => {
  it('are all on the list', () => {
    expect(licences().filter(({ licence }) => !isAllowed(licence))).toEqual([]);
  });

  it('stand on the page as the lock file has them; `npm run licences` writes it', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(licences()));
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['MIT AND (ISC OR GPL-3.0-only)', false],
    ['not named', false],
  ])('%s is allowed: %s', (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed);
  });

  it('a version is there once, at run time where anything needs it there', () => {
    expect(
      licensedIn({
        '': {},
        'libs/platform': { version: '1.0.0' },
        'node_modules/@qiongtong/platform': { link: true },
        'node_modules/@scope/a': { version: '1.0.0', license: 'MIT', dev: true },
        'node_modules/b/node_modules/@scope/a': { version: '1.0.0', license: 'MIT' },
        'node_modules/c': { version: '2.0.0', dev: true },
      }),
    ).toEqual([
      { id: '@scope/a@1.0.0', licence: 'MIT', atRunTime: true },
      { id: 'c@2.0.0', licence: 'not named', atRunTime: false },
    ]);
  });
});
