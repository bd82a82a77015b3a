import nx from '@nx/eslint-plugin';
import ts from 'typescript-eslint';

const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': ['error', { allow: [], enforceBuildableLibDependency: false, depConstraints }],
});
const production = [
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:platform', 'type:regulation', 'type:contracts'] },
  { sourceTag: 'type:identity', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:contracts'] },
  {
    sourceTag: 'type:regulation',
    onlyDependOnLibsWithTags: ['type:contracts'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'kafkajs', 'pg'],
  },
  {
    sourceTag: 'type:contracts',
    onlyDependOnLibsWithTags: ['type:contracts'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'kafkajs', 'pg'],
  },
  // Whatever it used, that could not be tested with it.
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:contracts'] },
  {
    sourceTag: 'type:tools',
    onlyDependOnLibsWithTags: ['type:contracts', 'type:regulation', 'type:platform', 'type:testing'],
  },
];
const tests = production.map((c) => ({
  ...c,
  onlyDependOnLibsWithTags: [
    ...c.onlyDependOnLibsWithTags,
    'type:testing',
    // What the issuer issues must be what the platform accepts.
    ...(c.sourceTag === 'type:identity' ? ['type:platform'] : []),
  ],
}));

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.qiongtong/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: ts.parser },
    plugins: { '@nx': nx, '@typescript-eslint': ts.plugin },
    rules: {
      ...boundaries(production),
      // An application has no entry for others, so that the graph cannot tell who imports it.
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@qiongtong/(?!(contracts|regulation|platform|testing)$)',
              message: 'Services meet over HTTP and Kafka; libraries are imported by their name alone.',
            },
          ],
        },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "Property[key.name='synchronize'][value.value=true]", message: 'Schema changes are migrations.' },
        {
          selector: "Property[key.name='cascade'][value.value!=false]",
          message: 'Write what is deleted; no cascades.',
        },
        {
          selector: "Property[key.name='eager'][value.value=true]",
          message: 'Load what is needed where it is needed.',
        },
      ],
      'max-lines': ['error', 400],
    },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts', 'e2e/**/*.ts'],
    rules: { ...boundaries(tests), 'max-lines': 'off' },
  },
  { files: ['**/migrations/**/*.ts'], rules: { 'max-lines': 'off' } },
  {
    files: ['**/domain/**/*.ts', 'libs/regulation/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\./)(?!@qiongtong/(contracts|regulation)$)(?!node:crypto$)(?!canonicalize$)',
              message: 'domain/ imports only ./siblings, @qiongtong/contracts and @qiongtong/regulation',
            },
            {
              regex: '^node:crypto$',
              allowImportNames: ['createHash', 'createPublicKey', 'sign', 'verify', 'KeyObject'],
              message: 'domain/ may hash, sign and verify: pure functions. Randomness is passed in.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Pass `now` in.' },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Pass `now` in.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Pass ids in.',
        },
      ],
    },
  },
  {
    // The measures are a whole library of domain code: it has folders, and imports nothing but the contracts.
    files: ['libs/regulation/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.\\.?/)(?!@qiongtong/contracts$)',
              message: 'libs/regulation imports only its own files and @qiongtong/contracts',
            },
          ],
        },
      ],
    },
  },
];
