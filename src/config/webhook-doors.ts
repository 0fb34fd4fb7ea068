import { EVENT_SOURCES, type EventSource } from '../domain/event.js';
import { type Config, ConfigError } from './config.js';
import type { Environment } from './environment.js';
import { generatedSecrets } from './webhook-secrets.js';

interface Given {
  readonly name: string;
  readonly current: string | null;
  readonly previous: string | null;
}

/**
 * Secrets by source, current one first. A simulated source without one gets the generated secret, unless unsigned
 * deliveries are allowed; a real source without one is refused.
 */
export function resolveWebhookSecrets(
  env: Environment,
  dataDir: string,
  vendors: { readonly [S in EventSource]: Pick<Config[S], 'sandboxed'> },
): Config['webhookSecrets'] {
  const given = givenSecrets(env);
  const secretsOf = (source: EventSource): readonly string[] => {
    const { name, current, previous } = given[source];
    if (current !== null) {
      return previous === null ? [current] : [current, previous];
    }
    if (previous !== null) {
      throw new ConfigError(`${name}: missing although ${name}_PREVIOUS is set; set the current secret too`);
    }
    if (env.ALLOW_UNSIGNED_WEBHOOKS) {
      return [];
    }
    if (vendors[source].sandboxed) {
      return [generatedSecrets(dataDir)[source]];
    }
    throw new ConfigError(
      `${name}: missing, so deliveries could not be checked; set it (or ALLOW_UNSIGNED_WEBHOOKS=true to take them unchecked)`,
    );
  };
  const [jira, bitbucket, slack] = EVENT_SOURCES.map(secretsOf);
  return { jira: jira ?? [], bitbucket: bitbucket ?? [], slack: slack ?? [] };
}

function givenSecrets(env: Environment): { readonly [S in EventSource]: Given } {
  return {
    jira: {
      name: 'JIRA_WEBHOOK_SECRET',
      current: env.JIRA_WEBHOOK_SECRET,
      previous: env.JIRA_WEBHOOK_SECRET_PREVIOUS,
    },
    bitbucket: {
      name: 'BITBUCKET_WEBHOOK_SECRET',
      current: env.BITBUCKET_WEBHOOK_SECRET,
      previous: env.BITBUCKET_WEBHOOK_SECRET_PREVIOUS,
    },
    slack: {
      name: 'SLACK_SIGNING_SECRET',
      current: env.SLACK_SIGNING_SECRET,
      previous: env.SLACK_SIGNING_SECRET_PREVIOUS,
    },
  };
}
