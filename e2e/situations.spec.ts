import { isRefusedWithALetter } from './journeys/is-refused-with-a-letter';
import { isRefusedWithoutTheAuthoritysConsent } from './journeys/is-refused-without-the-authoritys-consent';
import { obtainsMarriageRecords } from './journeys/obtains-marriage-records';
import { ADDRESS_OF_ANOTHER, OWN_ADDRESS, usesAKeyElsewhere } from './journeys/uses-a-key-elsewhere';
import { waitsForASilentProvider } from './journeys/waits-for-a-silent-provider';
import { DEPARTMENTS, ORGANS } from './province/bodies';
import { Province } from './province/province';
import { admit, publish, push, register, registerSystem } from './province/registers';
import { INSURED, MARRIAGES, PUPILS, REAL_ESTATE } from './province/resources';

jest.setTimeout(240_000);

/** One province for all of them, in the order of its days: its time goes forward only. */
describe('situations that the regulation is made for', () => {
  let running: Province;
  beforeAll(async () => {
    running = await Province.start({ name: 'journey-situations', clock: '2026-03-02T09:00:00+08:00' });
    const departments = Object.values(DEPARTMENTS);
    const resources = [MARRIAGES, INSURED, REAL_ESTATE, PUPILS];
    await Promise.all([...ORGANS, ...departments].map((body) => register(running, body)));
    await Promise.all([
      ...departments.filter(({ admitted }) => admitted).map((body) => admit(running, body)),
      registerSystem(running, 'mzt', { provides: [MARRIAGES.id] }),
      registerSystem(running, 'zgt', { provides: [REAL_ESTATE.id] }),
      registerSystem(running, 'ybj'),
      registerSystem(running, 'hk-mzj'),
      registerSystem(running, 'tyt', { addresses: [OWN_ADDRESS] }),
      registerSystem(running, 'wjw', { addresses: [ADDRESS_OF_ANOTHER] }),
      ...resources.map((resource) => publish(running, resource)),
    ]);
    for (const resource of [MARRIAGES, REAL_ESTATE]) await push(running, resource);
  });
  afterAll(() => running?.stop());

  const province = (): Province => running;
  obtainsMarriageRecords(province);
  waitsForASilentProvider(province);
  isRefusedWithoutTheAuthoritysConsent(province);
  isRefusedWithALetter(province);
  usesAKeyElsewhere(province);
});
