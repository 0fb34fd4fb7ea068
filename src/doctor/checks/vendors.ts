import type { Config } from '../../config/config.js';
import { hasPrice } from '../../domain/model-prices.js';
import { createAddressGuard } from '../../integrations/address-guard.js';
import { createBitbucket } from '../../integrations/bitbucket/client.js';
import { findModel } from '../../integrations/claude/models.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import { createJiraRest } from '../../integrations/jira/rest.js';
import { checkSlackToken } from '../../integrations/slack/token-check.js';
import { type Check, type Finding, fail, messageOf, ok, warn } from '../check.js';

const TIMEOUT_MS = 5_000;

interface Vendor {
  readonly name: 'jira' | 'bitbucket' | 'slack' | 'claude';
  readonly tokenSetting: string;
  readonly urlSetting: string;
  /** One cheap read with the credentials: who they are. Throws `IntegrationError`. */
  read(config: Config): Promise<Finding>;
}

export const jira = vendorCheck({
  name: 'jira',
  tokenSetting: 'ATLASSIAN_SERVICE_ACCOUNT_TOKEN',
  urlSetting: 'JIRA_BASE_URL',
  read: async ({ jira: { baseUrl, email, token, deployment, privateHosts } }) => {
    const guard = createAddressGuard({ service: 'jira', baseUrl, privateHosts });
    const client = createJiraRest({ baseUrl, email, token, deployment, timeoutMs: TIMEOUT_MS, guard });
    const { displayName } = await client.myself();
    return ok(`${baseUrl} knows us as ${displayName}`);
  },
});

export const bitbucket = vendorCheck({
  name: 'bitbucket',
  tokenSetting: 'BITBUCKET_TOKEN',
  urlSetting: 'BITBUCKET_BASE_URL',
  read: async ({ bitbucket: { baseUrl, username, token, privateHosts }, file }) => {
    const guard = createAddressGuard({ service: 'bitbucket', baseUrl, privateHosts });
    const client = createBitbucket({ baseUrl, username, token, timeoutMs: TIMEOUT_MS, guard });
    try {
      return ok(`${baseUrl} knows us as ${(await client.currentUser()).name}`);
    } catch (error) {
      const [repository] = file.teams.flatMap(({ repositories }) => repositories);
      if (!(error instanceof IntegrationError) || ![403, 404].includes(error.status ?? 0)) {
        throw error;
      }
      // Tokens of a repository or a workspace may act and not ask who they are.
      if (repository === undefined) {
        return warn(
          `${baseUrl} does not tell who the token is, and no team names a repository to try it on`,
          'name the repositories under teams[].bitbucket in pm-agent.yaml',
        );
      }
      await client.getRepository(repository);
      return ok(`${baseUrl} lets us read ${repository}`);
    }
  },
});

export const slack = vendorCheck({
  name: 'slack',
  tokenSetting: 'SLACK_BOT_TOKEN',
  urlSetting: 'SLACK_API_URL',
  read: async ({ slack: { baseUrl, botToken, privateHosts } }) => {
    const guard = createAddressGuard({ service: 'slack', baseUrl, privateHosts });
    const token = await checkSlackToken({ apiUrl: baseUrl, botToken, timeoutMs: TIMEOUT_MS, guard });
    const summary = `${baseUrl} knows us as ${token.user} in ${token.teamId}`;
    return token.missingScopes.length === 0
      ? ok(summary)
      : warn(
          `${summary}; scopes are missing: ${token.missingScopes.join(', ')}`,
          'add them to the app, install it anew (docs/webhooks.md), and set SLACK_BOT_TOKEN where it changed',
        );
  },
});

export const claude = vendorCheck({
  name: 'claude',
  tokenSetting: 'ANTHROPIC_API_KEY',
  urlSetting: 'ANTHROPIC_BASE_URL',
  read: async ({ claude: { apiKey, baseUrl, models: configured }, file }) => {
    const models = [...new Set(Object.values(configured))];
    const unknown: string[] = [];
    for (const model of models) {
      await findModel({ apiKey, baseURL: baseUrl, timeoutMs: TIMEOUT_MS }, model).catch((error: unknown) => {
        if (!(error instanceof IntegrationError) || error.code !== 'not_found') {
          throw error;
        }
        unknown.push(model);
      });
    }
    if (unknown.length > 0) {
      return fail(
        `${baseUrl} does not know the model ${unknown.join(', ')}`,
        'set ANTHROPIC_MODEL, ANTHROPIC_MODEL_TRIAGE and ANTHROPIC_MODEL_HARD to models that it has',
      );
    }
    const summary = `${baseUrl} takes the key and knows ${models.join(', ')}`;
    const unpriced = models.filter((model) => !hasPrice(model, file.prices));
    return unpriced.length === 0
      ? ok(summary)
      : warn(
          `${summary}; of ${unpriced.join(', ')} no price is known, so each call counts as one of the dearest model`,
          'name it with what it costs under prices in pm-agent.yaml',
        );
  },
});

function vendorCheck(vendor: Vendor): Check {
  return {
    name: vendor.name,
    asksOthers: true,
    run: async ({ config }) => {
      const { sandboxed, baseUrl } = config[vendor.name];
      try {
        const finding = await vendor.read(config);
        return sandboxed ? { ...finding, message: `simulated: ${finding.message}` } : finding;
      } catch (error) {
        return sandboxed ? sandboxAway(baseUrl, error) : explain(vendor, baseUrl, error);
      }
    },
  };
}

function sandboxAway(baseUrl: string, error: unknown): Finding {
  return fail(
    `simulated, and the sandbox does not answer at ${baseUrl} (${messageOf(error)})`,
    'start it (npm start, or pm-agent sandbox), or set the credentials of the real one',
  );
}

function explain({ tokenSetting, urlSetting }: Vendor, baseUrl: string, error: unknown): Finding {
  const code = error instanceof IntegrationError ? error.code : '';
  const message = messageOf(error);
  if (code === 'auth' || code === 'forbidden') {
    return fail(
      `the credentials are refused: ${message}`,
      `set ${tokenSetting} to a token that counts and may read (docs/deployment.md), and restart`,
    );
  }
  if (code === 'rate_limit') {
    return warn(message, 'the vendor asks for patience: run the doctor again later');
  }
  return fail(
    `${baseUrl} could not be asked: ${message}`,
    `check ${urlSetting}, the network and a proxy in between; work waits and is tried again`,
  );
}
