import { pollAt, pollWait } from './poll';

const ENDPOINT = 'https://node.gov.example:8443/base';

describe('where a provider may be asked again [R9.3, R13.4]', () => {
  it.each([
    ['/base/jobs/1?at=2', 'https://node.gov.example:8443/base/jobs/1?at=2'],
    ['jobs/1', 'https://node.gov.example:8443/base/v1/jobs/1'],
    ['https://node.gov.example:8443/base/jobs/1', 'https://node.gov.example:8443/base/jobs/1'],
  ])('is %s, below its own endpoint', (location, at) => {
    expect(pollAt(ENDPOINT, location)?.href).toBe(at);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/'],
    ['//169.254.169.254/base/jobs'],
    ['https://node.gov.example/base/jobs/1'],
    ['http://node.gov.example:8443/base/jobs/1'],
    ['https://node.gov.example:8443@evil.example/base/jobs/1'],
    ['https://user:word@node.gov.example:8443/base/jobs/1'],
    ['/elsewhere'],
    ['/base'],
    ['/based/jobs'],
    ['/base/../admin'],
    ['/base/%2e%2e/admin'],
    ['\\\\evil.example\\base\\'],
    ['file:///etc/passwd'],
    ['http://['],
    [''],
    [`/base/${'a'.repeat(2_048)}`],
    ['/base/jobs#there'],
  ])('is not %s', (location) => {
    expect(pollAt(ENDPOINT, location)).toBeNull();
  });

  it.each([
    [undefined, 5_000],
    ['0', 1_000],
    ['7', 7_000],
    ['86400', 60_000],
    ['-1', 5_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 5_000],
    [['1', '2'], 5_000],
  ])('is looked at after what it says, within bounds: %s', (said, ms) => {
    expect(pollWait(said)).toBe(ms);
  });
});
