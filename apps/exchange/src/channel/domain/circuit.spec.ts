import { abandoned, phaseOf, settled, tried, UNTRIED, type Circuit } from './circuit';

const RULES = { failures: 3, restMs: 1_000 };
const at = (ms: number) => new Date(1_000_000 + ms);
const fail = (circuit: Circuit, ms: number, probe = false) =>
  settled(circuit, 'channel.provider_timeout', probe, at(ms), RULES);
const resting = [0, 1, 2].reduce((circuit, ms) => fail(circuit, ms), UNTRIED);

describe('the circuit of an endpoint [R9.3]', () => {
  it('is closed until so many failures come in a row', () => {
    const twice = fail(fail(UNTRIED, 0), 1);
    expect([phaseOf(twice, at(1)), phaseOf(fail(twice, 2), at(2))]).toEqual(['CLOSED', 'OPEN']);
    const well = settled(twice, null, false, at(2), RULES);
    expect([well.failures, phaseOf(fail(well, 3), at(3))]).toEqual([0, 'CLOSED']);
  });

  it('lets nobody through while it rests, and then one call alone', () => {
    expect(tried(resting, at(1_001))).toBeNull();
    const probing = tried(resting, at(1_002))!;
    expect([probing.probing, phaseOf(probing, at(1_002)), tried(probing, at(1_003))]).toEqual([
      true,
      'HALF_OPEN',
      null,
    ]);
  });

  it('closes when the probe goes well, and rests again when it does not', () => {
    const probing = tried(resting, at(1_002))!;
    const closed = settled(probing, null, true, at(1_010), RULES);
    expect([closed.failures, phaseOf(closed, at(1_010))]).toEqual([0, 'CLOSED']);
    const again = fail(probing, 1_010, true);
    expect([phaseOf(again, at(2_009)), phaseOf(again, at(2_010))]).toEqual(['OPEN', 'HALF_OPEN']);
  });

  it('lets another call probe when nobody waited for the first', () => {
    const left = abandoned(tried(resting, at(1_002))!, true);
    expect(tried(left, at(1_003))?.probing).toBe(true);
  });

  it('is neither closed nor kept open by calls from before that end meanwhile', () => {
    expect(phaseOf(settled(resting, null, false, at(10), RULES), at(10))).toBe('OPEN');
    expect(fail(resting, 900).restsUntil).toEqual(resting.restsUntil);
    const probing = tried(resting, at(1_002))!;
    expect(tried(fail(probing, 1_003), at(1_004))).toBeNull();
  });
});
