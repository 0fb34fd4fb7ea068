import { type Check, ok, warn } from '../check.js';

const SOURCES = ['jira', 'bitbucket', 'slack'] as const;
const NAMES = {
  jira: 'JIRA_WEBHOOK_SECRET',
  bitbucket: 'BITBUCKET_WEBHOOK_SECRET',
  slack: 'SLACK_SIGNING_SECRET',
};
/** Shorter ones can be guessed from one captured delivery. */
const SHORT = 16;

/** That a real source has one is the configuration's to say; here, how good they are. */
export const webhookSecrets: Check = {
  name: 'webhook secrets',
  asksOthers: false,
  run: ({ config }) => {
    const problems = SOURCES.flatMap((source) => {
      const secrets = config.webhookSecrets[source];
      return [
        ...(config.allowUnsignedWebhooks && secrets.length === 0 ? [`${source} is taken unsigned`] : []),
        ...(secrets.some((secret) => secret.length < SHORT)
          ? [`${NAMES[source]} is shorter than ${SHORT} characters`]
          : []),
        ...(secrets.length > 1 ? [`${NAMES[source]}_PREVIOUS still counts`] : []),
      ];
    });
    const made = SOURCES.filter((source) => config.webhookSecrets[source].length > 0);
    return problems.length === 0
      ? ok(
          made.length === SOURCES.length
            ? 'there is one for each source'
            : 'those of simulated sources are made at the first start',
        )
      : warn(
          problems.join('; '),
          'unsigned: only in a closed network, unset ALLOW_UNSIGNED_WEBHOOKS; short: 32 random characters (openssl rand -hex 16); previous: remove it when the vendor signs with the new one',
        );
  },
};
