/** ESM + TypeScript through swc; `npm test` sets NODE_OPTIONS and finds a Temporal CLI first. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

// Suites over recorded vendor data are a project of their own: the data is never part of this repository.
const recorded = process.env.RECORDED_PAYLOADS && process.env.RECORDED_SPECS;

module.exports = {
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.cjs'],
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'main',
      roots: ['<rootDir>/test'],
      testPathIgnorePatterns: ['/test/recorded/'],
    },
    ...(recorded ? [{ ...shared, displayName: 'recorded', roots: ['<rootDir>/test/recorded'] }] : []),
  ],
};
