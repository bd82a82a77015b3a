import { objectPath, signed } from './sigv4';

// The examples that AWS publishes for S3 ("Signature Calculations for the Authorization Header").
const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const NOW = new Date('2013-05-24T00:00:00Z');
const HOST = 'https://examplebucket.s3.amazonaws.com';
const signatureOf = (method: string, path: string, headers: Record<string, string> = {}, body = ''): string =>
  signed({ method, url: new URL(HOST + path), headers, body: Buffer.from(body) }, CREDENTIALS, 'us-east-1', NOW)[
    'authorization'
  ]!.slice(-64);

describe('the signature of a request to S3 [R14.9]', () => {
  it.each([
    { what: 'reading an object', path: '/test.txt', headers: { range: 'bytes=0-9' }, signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41' },
    { what: 'writing an object', method: 'PUT', path: `/${objectPath('test$file.text')}`, headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, body: 'Welcome to Amazon S3.', signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd' },
    { what: 'a query without a value', path: '/?lifecycle', signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543' },
    { what: 'a list', path: '/?max-keys=2&prefix=J', signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7' },
  ])('is that of the example: $what', ({ method = 'GET', path, headers = {}, body = '', signature }) => {
    expect(signatureOf(method, path, headers as Record<string, string>, body)).toBe(signature);
  }); // prettier-ignore

  it('is another for another body, time, region or secret', () => {
    const all = [
      signatureOf('PUT', '/a', {}, 'one'),
      signatureOf('PUT', '/a', {}, 'two'),
      ...[
        [CREDENTIALS, 'cn-south-1', NOW],
        [CREDENTIALS, 'us-east-1', new Date(NOW.getTime() + 1000)],
        [{ ...CREDENTIALS, secretAccessKey: 'other' }, 'us-east-1', NOW],
      ].map(
        ([credentials, region, now]) =>
          signed(
            { method: 'PUT', url: new URL(`${HOST}/a`), headers: {}, body: Buffer.from('one') },
            credentials as typeof CREDENTIALS,
            region as string,
            now as Date,
          )['authorization'],
      ),
    ];
    expect(new Set(all).size).toBe(5);
  });
});
