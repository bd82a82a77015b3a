import { instrument } from './mutants';

const mutantsOf = (text: string) =>
  instrument('a.ts', text, 0).mutants.map(({ original, replacement }) => `${original} → ${replacement}`);

describe('mutants of a source', () => {
  it.each([
    [
      'a condition is set to both answers and loses either side',
      'if (a && b) c = d;',
      ['a && b → true', 'a && b → false', 'a && b → a', 'a && b → b', 'c = d; → '],
    ],
    ['a comparison is turned', 'x = a < b;', ['x = a < b; → ', 'a < b → a <= b', 'a < b → a >= b']],
    ['a negation is dropped', 'const x = !a;', ['!a → a']],
    ['a statement that acts is left out', 'reasons.push(a);', ['reasons.push(a); → ']],
    ['a step of a list is left out', 'const x = a.filter(b);', ['a.filter(b) → a']],
    ['every becomes some', 'const x = a.every(b);', ['a.every(b) → a.some(b)']],
    [
      'a list is emptied, a number and a boolean changed',
      'const x = [1, true];',
      ['[1, true] → []', '[1, true] → [2, true]', 'true → false'],
    ],
    ['a loop is left out', 'while (a) b();', ['a → false', 'b(); → ']],
    [
      'types, imports and what is assigned to are left alone',
      "import a from 'b'; type A = 1 | true; let [x, y] = z;",
      [],
    ],
  ])('%s', (_what, text, expected) => {
    expect(mutantsOf(text)).toEqual(expected);
  });

  it('change nothing while none is tried, and one thing while one is', () => {
    const text =
      'const f = (a) => { if (a > 1) return 1; else if (a < -1) return -1; return 0; }; out = [f(2), f(-2), f(0)];';
    const { code, mutants } = instrument('a.ts', text, 0);
    const run = (active: number): unknown =>
      new Function('__mutant', `let out; ${code}; return JSON.stringify(out);`)((id: number) => id === active);
    expect(run(-1)).toBe('[1,-1,0]');
    const inverted = mutants.find(({ replacement }) => replacement === 'a <= 1')!;
    expect(run(inverted.id)).toBe('[0,1,1]');
  });
});
