import { ROUTES } from './route-table';

describe('the table of routes', () => {
  it('has each route once', () => {
    const keys = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('[R14.3] admits the operator to nothing by that role', () => {
    expect(ROUTES.filter(({ admits }) => admits.includes('PLATFORM_OPERATOR'))).toEqual([]);
  });

  it('leaves only the key and the checkpoint of the log public', () => {
    expect(ROUTES.filter(({ admits }) => admits === 'public').map(({ path }) => path)).toEqual([
      '/v1/audit/key',
      '/v1/audit/checkpoint',
    ]);
  });
});
