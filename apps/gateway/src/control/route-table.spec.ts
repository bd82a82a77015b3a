import { ROUTES } from './route-table';

describe('the table of routes', () => {
  it('has each route once', () => {
    const keys = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('[R14.3] admits the operator by that role to nothing but stopping what attacks the platform', () => {
    const admitting = ROUTES.filter(({ admits }) => admits.includes('PLATFORM_OPERATOR'));
    expect(admitting.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/stops',
      'POST /v1/stops/:id/lift',
    ]);
  });

  it('leaves only keys, the contract of providers, the page that verifies, and checkpoints and hashes of the log public', () => {
    expect(ROUTES.filter(({ admits }) => admits === 'public').map(({ path }) => path)).toEqual([
      '/v1/channel-keys',
      '/v1/channel-contract',
      '/v1/audit/key',
      '/v1/audit/checkpoint',
      '/v1/audit/witnesses',
      '/audit/verify',
      '/audit/log/checkpoint',
      '/audit/log/tile/*',
    ]);
  });
});
