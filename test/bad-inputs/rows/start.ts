/** What must not start: a source that could not be checked, a limit that would not hold. */
import type { Row, StartCase } from '../support/row.js';

const REAL = {
  JIRA_BASE_URL: 'https://acme.atlassian.net',
  ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'token-1',
  JIRA_WEBHOOK_SECRET: 'secret-1',
  BITBUCKET_TOKEN: 'token-2',
  BITBUCKET_WEBHOOK_SECRET: 'secret-2',
  SLACK_BOT_TOKEN: 'token-3',
  SLACK_SIGNING_SECRET: 'secret-3',
} as const;

const withoutSecret = (name: 'JIRA_WEBHOOK_SECRET' | 'BITBUCKET_WEBHOOK_SECRET' | 'SLACK_SIGNING_SECRET') =>
  [
    { name: `${name} missing`, env: { ...REAL, [name]: undefined } },
    { name: `${name} empty`, env: { ...REAL, [name]: ' ' } },
    { name: `only the one before ${name}`, env: { ...REAL, [name]: undefined, [`${name}_PREVIOUS`]: 'x' } },
  ].map(
    (one, index): StartCase => ({
      ...one,
      says: new RegExp(`^${name}: missing`),
      ...(index === 0 ? { asProcess: true } : {}),
    }),
  );

const noSecret: Row = {
  number: 7,
  words: 'a source without a secret',
  note: 'A simulated source gets a secret of its own instead; ALLOW_UNSIGNED_WEBHOOKS=true asks for unchecked deliveries by name.',
  cases: (['JIRA_WEBHOOK_SECRET', 'BITBUCKET_WEBHOOK_SECRET', 'SLACK_SIGNING_SECRET'] as const).flatMap(
    withoutSecret,
  ),
};

const misspelt = (name: string, value: string): StartCase => ({
  name: `${name}=${value}`,
  env: { [name]: value },
  says: new RegExp(`^${name}: "${value.replaceAll(/[.]/g, '\\.')}" `),
});

const misspeltInFile = (text: string, key: string): StartCase => ({
  name: `pm-agent.yaml: ${text}`,
  env: {},
  file: text,
  says: new RegExp(`pm-agent\\.yaml:1.*${key}`),
});

const limits: Row = {
  number: 50,
  words: 'a limit that is misspelt',
  cases: [
    { ...misspelt('JIRA_BODY_LIMIT', '1 MBB'), asProcess: true },
    ...['5', '5mb', '-5MB', '5.5MB', '0MB', '26MB', '1GB', 'none', '1e1MB'].map((value) =>
      misspelt('JIRA_BODY_LIMIT', value),
    ),
    ...['0', '-1', 'many', '1e3'].map((value) => misspelt('RELAY_MAX_CYCLES', value)),
    ...['24 hrs', '24', '-1h', 'never'].map((value) => misspelt('EVENT_MAX_AGE', value)),
    ...['1 day', '24'].map((value) => misspelt('APPROVAL_TIMEOUT', value)),
    { ...misspelt('TRUSTED_PROXIES', '10.0.0.0/33') },
    misspeltInFile('limits: { actionsPerDecision: 3x }', 'actionsPerDecision'),
    misspeltInFile('limits: { actionsPerDecison: 3 }', 'actionsPerDecison'),
    misspeltInFile('limits: { actionsPerSubjectPerHour: -1 }', 'actionsPerSubjectPerHour'),
    misspeltInFile('budgets: { perDay: lots }', 'perDay'),
    misspeltInFile('retention: { events: 30 dayz }', 'events'),
  ],
};

export const startRows: readonly Row[] = [noSecret, limits];
