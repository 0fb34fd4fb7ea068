/** THE composition root of the worker: configuration → database and clients → what activities need. */
import type { ActivityDeps } from '../activities/index.js';
import { openCircuits } from '../audit/circuits.js';
import { MIRROR_MIGRATIONS } from '../audit/migrations.js';
import type { Mirror } from '../audit/mirror.js';
import { latestRestore, markKeyOf } from '../audit/restores.js';
import { createMirror } from '../audit/writer.js';
import type { Config } from '../config/config.js';
import { outputRulesOf } from '../config/output-rules.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import type { OutputRules } from '../domain/output/rule.js';
import { createAddressGuard } from '../integrations/address-guard.js';
import { createBitbucketChanges } from '../integrations/bitbucket/changes-client.js';
import { createBitbucket } from '../integrations/bitbucket/client.js';
import { createBitbucketNotes } from '../integrations/bitbucket/notes-client.js';
import { createBitbucketRemovals } from '../integrations/bitbucket/removals.js';
import { createClaude, messageBody } from '../integrations/claude/client.js';
import { createJiraChanges } from '../integrations/jira/changes-client.js';
import { createJiraEdits } from '../integrations/jira/edits-client.js';
import { createJiraNotes } from '../integrations/jira/notes-client.js';
import { createIssueReader } from '../integrations/jira/read-issue.js';
import { createJiraHttp, createJiraRest } from '../integrations/jira/rest.js';
import { createSlackChanges } from '../integrations/slack/changes-client.js';
import { createSlack } from '../integrations/slack/client.js';
import { createSlackRemovals } from '../integrations/slack/removals.js';
import type { Logger } from '../log.js';
import { heldBackBy } from './held-back.js';
import { createInboxReader, type InboxReader } from './inbox-reader.js';
import { createJiraMcp } from './jira-mcp.js';
import { createVendorTraffic, type VendorTraffic } from './vendor-traffic.js';

/** A wait for a lock is synchronous; in the worker nothing else suffers while it lasts. */
const MIRROR_BUSY_MS = 5_000;
const INBOX_BUSY_MS = 400;
/** Below the model activity's 150 s. */
const MODEL_TIMEOUT_MS = 120_000;

export interface Dependencies {
  readonly deps: ActivityDeps;
  readonly mirror: Mirror;
  readonly inbox: InboxReader;
  close(): Promise<void>;
}

/** Opens the mirror (and migrates it) and makes every client. Throws where the mirror cannot be opened. */
export function createDependencies(config: Config, log: Logger): Dependencies {
  const database = openDatabase(config.mirrorFile, {
    busyTimeoutMs: MIRROR_BUSY_MS,
    log,
    setting: 'DATABASE_URL',
  });
  migrate(database, MIRROR_MIGRATIONS, { log });
  const clock = (): Date => new Date();
  const mirror = createMirror({ database, file: config.mirrorFile, clock });
  const inbox = createInboxReader(config.inboxFile, (file) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: INBOX_BUSY_MS, log }),
  );
  const { file, jira, bitbucket, slack } = config;
  const traffic = createVendorTraffic({ config, mirror: mirror.circuits, open: openCircuits(database), log });
  const output = outputRulesOf(config);
  const vendors = createVendors(config, output, log, clock, traffic);
  return {
    deps: {
      ...vendors,
      mirror,
      trials: mirror.trials,
      policy: file.policy,
      output,
      people: file.people,
      groups: file.groups ?? {},
      teams: file.teams,
      acts: { jira: jira.acts, bitbucket: bitbucket.acts, slack: slack.acts },
      agent: file.agent,
      models: config.claude.models,
      prices: file.prices,
      budgets: file.budgets,
      trialsPerDay: file.budgets.trialsPerDay,
      standIn: config.claude.sandboxed,
      limits: file.limits,
      laneHolder: (subject) => inbox.laneOf(subject),
      pause: () => inbox.pause(),
      knownChanges: (keys) => inbox.knownChanges(keys),
      restored: latestRestore(database),
      markKey: markKeyOf(database),
      clock,
      messageBody,
    },
    mirror,
    inbox,
    close: async () => {
      inbox.close();
      await Promise.all([mirror.close(), vendors.issues.close()]);
    },
  };
}

/** Where each vendor is and how it is spoken to. */
function accessTo(config: Config, { linkHosts, mentions }: OutputRules, traffic: VendorTraffic) {
  const { jira, bitbucket, slack } = config;
  const jiraAccess = {
    baseUrl: jira.baseUrl,
    email: jira.email,
    token: jira.token,
    deployment: jira.deployment,
    linkHosts,
    mentions,
    traffic: traffic.jira,
    guard: createAddressGuard({ service: 'jira', ...jira }),
  };
  const bitbucketAccess = {
    baseUrl: bitbucket.baseUrl,
    username: bitbucket.username,
    token: bitbucket.token,
    linkHosts,
    mentions,
    traffic: traffic.bitbucket,
    guard: createAddressGuard({ service: 'bitbucket', ...bitbucket }),
  };
  const slackAccess = {
    apiUrl: slack.baseUrl,
    botToken: slack.botToken,
    linkHosts,
    mentions,
    traffic: traffic.slack,
    guard: createAddressGuard({ service: 'slack', ...slack }),
  };
  return { jiraAccess, bitbucketAccess, slackAccess };
}

function createVendors(
  config: Config,
  output: OutputRules,
  log: Logger,
  clock: () => Date,
  traffic: VendorTraffic,
) {
  const { claude } = config;
  const { jiraAccess, bitbucketAccess, slackAccess } = accessTo(config, output, traffic);
  const jiraRest = createJiraRest(jiraAccess);
  return {
    heldBack: heldBackBy(traffic),
    jira: jiraRest,
    jiraEdits: createJiraEdits(jiraAccess),
    issues: createIssueReader({
      http: createJiraHttp(jiraAccess),
      jira: jiraRest,
      mcp: createJiraMcp(config, log),
      clock,
    }),
    bitbucket: createBitbucket(bitbucketAccess),
    slack: createSlack(slackAccess),
    notes: { jira: createJiraNotes(jiraAccess), bitbucket: createBitbucketNotes(bitbucketAccess) },
    removals: {
      bitbucket: createBitbucketRemovals(bitbucketAccess),
      slack: createSlackRemovals(slackAccess),
    },
    changes: {
      jira: createJiraChanges(jiraAccess),
      bitbucket: createBitbucketChanges(bitbucketAccess),
      slack: createSlackChanges(slackAccess),
    },
    claude: createClaude({ apiKey: claude.apiKey, baseURL: claude.baseUrl, timeoutMs: MODEL_TIMEOUT_MS }),
  };
}
