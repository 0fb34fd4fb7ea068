import { EVENT_SOURCES, type EventSource } from '../domain/event.js';
import { type Config, ConfigError } from './config.js';
import type { Environment } from './environment.js';
import { together } from './together.js';
import type { GeneratedSecrets } from './webhook-secrets.js';

interface Given {
  readonly name: string;
  readonly current: string | null;
  readonly previous: string | null;
}

type Sandboxed = { readonly [S in EventSource]: boolean };

/**
 * @throws ConfigError with each real source whose deliveries could not be checked, and each secret that is only a
 *   previous one.
 */
export function checkWebhookSecrets(env: Environment, sandboxed: Sandboxed): void {
  const given = givenSecrets(env);
  together(...EVENT_SOURCES.map((source) => () => checkOne(env, given[source], sandboxed[source])));
}

function checkOne(env: Environment, { name, current, previous }: Given, isSandboxed: boolean): void {
  if (current === null && previous !== null) {
    throw new ConfigError(`${name}: missing although ${name}_PREVIOUS is set; set the current secret too`);
  }
  if (current === null && !env.ALLOW_UNSIGNED_WEBHOOKS && !isSandboxed) {
    throw new ConfigError(
      `${name}: missing, so deliveries could not be checked; set it (or ALLOW_UNSIGNED_WEBHOOKS=true to take them unchecked)`,
    );
  }
}

/**
 * Secrets by source, current one first. A simulated source without one gets the generated secret, unless unsigned
 * deliveries are allowed; a real source has one, or was refused by `checkWebhookSecrets`.
 */
export function resolveWebhookSecrets(
  env: Environment,
  generated: () => GeneratedSecrets | null,
): Config['webhookSecrets'] {
  const given = givenSecrets(env);
  const secretsOf = (source: EventSource): readonly string[] => {
    const { current, previous } = given[source];
    if (current !== null) {
      return previous === null ? [current] : [current, previous];
    }
    const made = env.ALLOW_UNSIGNED_WEBHOOKS ? null : generated();
    return made === null ? [] : [made[source]];
  };
  return { jira: secretsOf('jira'), bitbucket: secretsOf('bitbucket'), slack: secretsOf('slack') };
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
