import { existsSync, readFileSync } from 'node:fs';
import { PAGE, traceability } from './traceability';
import { pageOf } from './traceability/page';
import { shownIn } from './traceability/shown';

describe('which test shows which requirement', () => {
  it('is told by the titles of tests and of the groups they stand in, a table once', () => {
    const source = `
      describe('[R2.2] a group', () => {
        it('[R3.1] is shown', () => undefined);
        it.each([['a', 1]])(\`[R10.4] [R2.2] case \${n} of it\`, () => undefined);
        it.each<[string, number]>([['[R5.3] a case', 1], ['another', 2]])('of the group alone: %s', () => undefined);
      });
      it('shows nothing', () => undefined);
      notATest('[R9.9] is none');`;
    expect(shownIn('a.spec.ts', source)).toEqual([
      { file: 'a.spec.ts', title: 'is shown', requirements: ['R2.2', 'R3.1'] },
      { file: 'a.spec.ts', title: 'case … of it', requirements: ['R2.2', 'R10.4'] },
      { file: 'a.spec.ts', title: 'of the group alone: %s', requirements: ['R2.2'] },
      { file: 'a.spec.ts', title: 'of the group alone: a case', requirements: ['R5.3'] },
    ]);
  });

  it('stands on a page in the order of the articles, with what no test shows', () => {
    const shown = [
      { file: 'b.spec.ts', title: 'b*', requirements: ['R10.4', 'R9.1'] },
      { file: 'a.spec.ts', title: 'a', requirements: ['R10.4'] },
    ];
    const page = pageOf(shown, new Map([['R10.4', ['x.refused']], ['R1.2', ['y.refused']]])); // prettier-ignore
    expect(page).toContain('2 requirements, 2 tests. Named by a refusal and by no test: R1.2.');
    expect(page.slice(page.indexOf('## '))).toBe(
      '## R9.1\n\n`b.spec.ts`\n\n- b\\*\n\n## R10.4\n\nRefusals: `x.refused`\n\n`a.spec.ts`\n\n- a\n\n`b.spec.ts`\n\n- b\\*\n',
    );
  });

  it('is what docs/reference/traceability.md says; `npm run traceability` writes it', () => {
    expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : null).toBe(traceability());
  });
});
