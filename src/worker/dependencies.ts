/** THE composition root of the worker: configuration → database and clients → what activities need. */
import type { ActivityDeps } from '../activities/index.js';
import { openCircuits } from '../audit/circuits.js';
import { MIRROR_MIGRATIONS } from '../audit/migrations.js';
import type { Mirror } from '../audit/mirror.js';
import { latestRestore, markKeyOf } from '../audit/restores.js';
import { createMirror } from '../audit/writer.js';
import type { AgentFile, Config, Team } from '../config/config.js';
import { type LiveFile, openLiveFile } from '../config/live-file.js';
import { outputRulesOf } from '../config/output-rules.js';
import { pageBasesOf } from '../config/page-bases.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { BUILT_IN_AUTONOMY } from '../domain/autonomy.js';
import type { AwaitedRequest } from '../domain/cycle.js';
import { madeAnew } from '../domain/made-anew.js';
import { type Allowed, NOTHING_ALLOWED } from '../domain/markup/outgoing-text.js';
import { createAddressGuard } from '../integrations/address-guard.js';
import { createBitbucketChanges } from '../integrations/bitbucket/changes-client.js';
import { createBitbucket } from '../integrations/bitbucket/client.js';
import { createBitbucketNotes } from '../integrations/bitbucket/notes-client.js';
import { createBitbucketRemovals } from '../integrations/bitbucket/removals.js';
import type { ModelRequest } from '../integrations/claude/claude.js';
import { createClaude, messageBody } from '../integrations/claude/client.js';
import { callOf } from '../integrations/claude/limits.js';
import { requestOf } from '../integrations/claude/sent-request.js';
import { createJiraChanges } from '../integrations/jira/changes-client.js';
import { createJiraEdits } from '../integrations/jira/edits-client.js';
import type { EstimateFieldOf } from '../integrations/jira/estimates.js';
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
import { createVendorTraffic, forgetOtherModels, type VendorTraffic } from './vendor-traffic.js';

/** A wait for a lock is synchronous; in the worker nothing else suffers while it lasts. */
const MIRROR_BUSY_MS = 5_000;
const INBOX_BUSY_MS = 400;

export interface Dependencies {
  /** By pm-agent.yaml as it is in force: another object each time it changed, and only then. */
  readonly deps: () => ActivityDeps;
  readonly liveFile: LiveFile;
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
  const liveFile = openLiveFile(config, log);
  const agentFile = liveFile.current;
  const open = openCircuits(database);
  const traffic = createVendorTraffic({ config, agentFile, mirror, open, log });
  void forgetOtherModels({ config, mirror, open }).catch((error: unknown) =>
    log.error({ error }, 'an outage of a model that is not configured any more could not be ended'),
  );
  const lasting = {
    ...createLastingClients(config, { log, clock, traffic, teams: () => agentFile().teams }),
    acts: { jira: config.jira.acts, bitbucket: config.bitbucket.acts, slack: config.slack.acts },
    pages: pageBasesOf(config),
    models: config.claude.models,
    standIn: config.claude.sandboxed,
    mirror,
    trials: mirror.trials,
    laneHolder: (subject: string) => inbox.laneOf(subject),
    waitingEvents: (subject: string) => inbox.waitingEvents(subject),
    pause: () => inbox.pause(),
    knownChanges: (keys: readonly string[]) => inbox.knownChanges(keys),
    decidedInTime: (requests: readonly AwaitedRequest[]) => inbox.decidedInTime(requests),
    recordedDecision: (id: string) => inbox.recordedDecision(id),
    restored: latestRestore(database),
    markKey: markKeyOf(database),
    clock,
    messageBody,
    requestOf,
  };
  const deps = madeAnew(agentFile, (file) => ({ ...lasting, ...fromFile(config, file, traffic) }));
  return {
    deps,
    liveFile,
    mirror,
    inbox,
    close: async () => {
      inbox.close();
      await Promise.all([mirror.close(), lasting.issues.close()]);
    },
  };
}

/** What pm-agent.yaml says, and the clients that spell out what may leave by it. */
function fromFile(config: Config, file: AgentFile, traffic: VendorTraffic) {
  const output = outputRulesOf(config, file);
  return {
    ...createWritingClients(accessTo(config, output, traffic), file.teams),
    output,
    policy: file.policy,
    autonomy: file.autonomy ?? BUILT_IN_AUTONOMY,
    people: file.people,
    groups: file.groups ?? {},
    teams: file.teams,
    agent: file.agent,
    prices: file.prices,
    budgets: file.budgets,
    trialsPerDay: file.budgets.trialsPerDay,
    limits: file.limits,
    ...(file.routing === undefined ? {} : { routing: file.routing }),
    replyTokens: { decision: file.limits.replyTokens, triage: file.limits.triageTokens },
  };
}

/** Where each vendor is and how it is spoken to. */
function accessTo(config: Config, { linkHosts, mentions = [] }: Allowed, traffic: VendorTraffic) {
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

interface LastingParts {
  readonly log: Logger;
  readonly clock: () => Date;
  readonly traffic: VendorTraffic;
  /** By pm-agent.yaml as it is in force. */
  readonly teams: () => readonly Team[];
}

function estimateFieldsOf(teams: () => readonly Team[]): EstimateFieldOf {
  return (projectKey) =>
    teams().find(({ jiraProjects }) => jiraProjects.includes(projectKey))?.estimateField ?? null;
}

/** What keeps something in mind, or only reads: the same whatever pm-agent.yaml says. */
function createLastingClients(config: Config, { log, clock, traffic, teams }: LastingParts) {
  const { claude } = config;
  const { jiraAccess } = accessTo(config, NOTHING_ALLOWED, traffic);
  return {
    heldBack: heldBackBy(traffic),
    modelHeldBack: (request: Pick<ModelRequest, 'model' | 'messages'>) =>
      traffic.claude.heldBack(callOf(request)),
    issues: createIssueReader({
      http: createJiraHttp(jiraAccess),
      jira: createJiraRest(jiraAccess),
      mcp: createJiraMcp(config, log),
      clock,
      estimateFieldOf: estimateFieldsOf(teams),
    }),
    claude: createClaude({
      apiKey: claude.apiKey,
      baseURL: claude.baseUrl,
      traffic: traffic.claude,
    }),
  };
}

function createWritingClients(
  { jiraAccess, bitbucketAccess, slackAccess }: ReturnType<typeof accessTo>,
  teams: readonly Team[],
) {
  const estimating = { ...jiraAccess, estimateFieldOf: estimateFieldsOf(() => teams) };
  return {
    jira: createJiraRest(estimating),
    jiraEdits: createJiraEdits(estimating),
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
  };
}
