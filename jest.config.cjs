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
// So is what needs a program of somebody else's: MCP_ATLASSIAN names a real mcp-atlassian.
const contract = process.env.MCP_ATLASSIAN;
// And TEMPORAL_TEST_SERVER a Temporal that skips time (scripts/test-server.mjs gets it).
const skippedTime = process.env.TEMPORAL_TEST_SERVER;

module.exports = {
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.cjs'],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // Ends what hangs; how long something may take is measured in benchmarks.
  testTimeout: 120_000,
  // More than there are cores: most of these tests wait for servers, and use less than half of one.
  maxWorkers: 3,
  projects: [
    {
      ...shared,
      displayName: 'main',
      roots: ['<rootDir>/test'],
      testPathIgnorePatterns: ['/test/recorded/', '/test/contract/', '/test/skipped-time/'],
    },
    ...(contract ? [{ ...shared, displayName: 'contract', roots: ['<rootDir>/test/contract'] }] : []),
    ...(skippedTime
      ? [{ ...shared, displayName: 'skipped-time', roots: ['<rootDir>/test/skipped-time'] }]
      : []),
    ...(recorded ? [{ ...shared, displayName: 'recorded', roots: ['<rootDir>/test/recorded'] }] : []),
  ],
};
