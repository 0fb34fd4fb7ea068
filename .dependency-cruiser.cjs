/**
 * Who may import whom: one row a folder of src (import-table.json). `values` may be imported at run time, `types` only
 * as types; this parser does not tell the two apart, so test/architecture/imports.test.ts checks that half.
 */
const table = require('./import-table.json');

const escape = (path) => path.replaceAll('.', '\\.').replaceAll('/', '\\/');
const inFolder = (name) => (name.endsWith('.ts') ? `^src/${escape(name)}$` : `^src/${escape(name)}/`);

const folderRules = Object.entries(table.folders).flatMap(([folder, { values = [], types = [] }]) => [
  {
    name: `${folder}-imports`,
    comment: `src/${folder} imports only: ${[...values, ...types].join(', ') || 'itself'} (import-table.json)`,
    severity: 'error',
    from: { path: inFolder(folder) },
    to: { path: '^src/', pathNot: [inFolder(folder), ...values.map(inFolder), ...types.map(inFolder)] },
  },
]);

const vendors = ['jira', 'bitbucket', 'slack', 'claude'];
const sidewaysRules = vendors.map((vendor) => ({
  name: `integration-${vendor}-knows-no-other-vendor`,
  severity: 'error',
  from: { path: `^src/integrations/${vendor}/` },
  to: { path: `^src/integrations/(${vendors.filter((other) => other !== vendor).join('|')})/` },
}));

const packageRules = Object.entries(table.packages).map(([folder, allowed]) => ({
  name: `${folder}-packages`,
  comment: `src/${folder} uses only these packages: ${allowed.join(', ') || 'none'} (import-table.json)`,
  severity: 'error',
  from: { path: inFolder(folder) },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
    pathNot: allowed.map((name) =>
      name === 'node:' ? '^(node:)?[a-z_/]+$' : `node_modules/${escape(name)}`,
    ),
  },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: 'README' },
      to: {},
    },
    ...folderRules,
    ...sidewaysRules,
    ...packageRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
};
