import { ShownOnce } from './shown-once';

describe('what is shown once', () => {
  it('is refused again for at least as long as it is valid, and forgotten after twice that', () => {
    const shown = new ShownOnce(15);
    for (let at = 0; at < 15; at++) expect(shown.isFirst('late', 100 + at)).toBe(at === 0);
    expect(shown.isFirst('later', 114)).toBe(true);
    // The generation changes, and what was shown just before it is remembered.
    expect(shown.isFirst('now', 115)).toBe(true);
    expect(shown.isFirst('later', 129)).toBe(false);
    expect(shown.isFirst('now', 130)).toBe(false);
    expect(shown.isFirst('late', 145)).toBe(true);
  });
});
