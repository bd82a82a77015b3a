const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', JSON.parse(require('node:fs').readFileSync(`${__dirname}/.swcrc`, 'utf8'))] },
  moduleNameMapper: { '^@qiongtong/(contracts|regulation|platform|testing)$': '<rootDir>/libs/$1/src' },
};
// Real PostgreSQL and Kafka start once for all of these, as an instance of the run's own.
const withInfrastructure = {
  ...shared,
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
};
module.exports = {
  // Real parts on a machine that has other work too: slow is no failure, never is.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs}/*/src/**/*.spec.ts',
        '<rootDir>/tools/**/*.spec.ts',
        '<rootDir>/bench/**/*.spec.ts',
      ],
    },
    { ...withInfrastructure, displayName: 'integration', testMatch: ['<rootDir>/{apps,libs}/*/test/**/*.spec.ts'] },
    { ...withInfrastructure, displayName: 'journeys', testMatch: ['<rootDir>/e2e/**/*.spec.ts'] },
  ],
};
