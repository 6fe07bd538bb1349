// @ts-check
import js from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which part of lib a part may import from, besides itself: dependencies run one way (README, "Map of the repository"). */
const allowedImports = {
  // What the public API is: its routes and limits are the edge's and the pods' too.
  api: [],
  config: [],
  constructs: [],
  cost: [],
  latency: [],
  checks: [],
  review: [],
  stacks: ['api', 'constructs'],
  gitops: ['api'],
  operations: ['constructs', 'tenant-lifecycle'],
  'tenant-lifecycle': [],
  // What runs in Lambda and Athena: read at synth as text, imported by nobody.
  functions: [],
  queries: [],
};

const parts = Object.keys(allowedImports);

export default tseslint.config(
  { ignores: ['cdk.out/**', 'coverage/**', 'node_modules/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.mts', '.js'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-extraneous-dependencies': [
        'error',
        { devDependencies: ['bin/api.ts', 'bin/attribution.ts', 'test/**', 'bench/**', 'database/**', '*.config.*'] },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...parts.map((part) => ({
              target: `./lib/${part}`,
              from: './lib',
              except: [part, ...allowedImports[part]].map((name) => `./${name}`),
              message: `lib/${part} imports ${allowedImports[part].join(', ') || 'nothing else'} of lib`,
            })),
            { target: './lib', from: ['./bin', './test', './bench', './scripts'], message: 'lib imports nothing from outside lib' },
          ],
        },
      ],
      // Only bin reads the environment: anything else would be a hidden input to synth.
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only bin/ reads the environment' }],
      // Names of construct files and of their exports agree, units stand in names, comments say why: reviewed, not linted.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    // What a function gets from its stack, it gets by its environment; the SDK is there already.
    files: ['lib/functions/*/index.mjs'],
    rules: { 'no-restricted-properties': 'off' },
    settings: {
      'import-x/core-modules': ['@aws-sdk/client-athena', '@aws-sdk/client-kinesis', '@aws-sdk/client-s3', '@aws-sdk/client-s3tables'],
    },
  },
  { files: ['bin/**', 'test/**', 'bench/**', 'database/**', 'scripts/**'], rules: { 'no-restricted-properties': 'off' } },
);
