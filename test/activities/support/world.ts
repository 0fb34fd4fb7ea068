/** Everything an activity needs: the real mirror in a folder of its own, vendors from scripts, a real activity context. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Activities } from '../../../src/activities/contract.js';
import { type ActivityDeps, createActivities } from '../../../src/activities/index.js';
import type { Mirror } from '../../../src/audit/mirror.js';
import type { MirrorReader } from '../../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../../src/audit/reader.js';
import { createMirror } from '../../../src/audit/writer.js';
import { openDatabase } from '../../../src/database/open.js';
import { canonicalJson } from '../../../src/domain/canonical-json.js';
import type { Context } from '../../../src/domain/context.js';
import type { OutgoingRequest } from '../../../src/domain/effect.js';
import { BUILT_IN_POLICY } from '../../../src/domain/policy.js';
import type { Bitbucket } from '../../../src/integrations/bitbucket/bitbucket.js';
import type { BitbucketChanges } from '../../../src/integrations/bitbucket/changes.js';
import type { BitbucketNotes } from '../../../src/integrations/bitbucket/notes-client.js';
import type { BitbucketRemovals } from '../../../src/integrations/bitbucket/removals.js';
import type { Claude } from '../../../src/integrations/claude/claude.js';
import { messageBody } from '../../../src/integrations/claude/client.js';
import { requestOf } from '../../../src/integrations/claude/sent-request.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import type { JiraChanges } from '../../../src/integrations/jira/changes.js';
import type { JiraEdits } from '../../../src/integrations/jira/edits.js';
import type { Jira } from '../../../src/integrations/jira/jira.js';
import type { JiraNotes } from '../../../src/integrations/jira/notes-client.js';
import type { SlackChanges } from '../../../src/integrations/slack/changes.js';
import type { SlackRemovals } from '../../../src/integrations/slack/removals.js';
import type { Slack } from '../../../src/integrations/slack/slack.js';
import { ActivityEnvironment } from '../../support/activity-environment.js';
import { openMirrorFile } from '../../support/mirror-file.js';
import { quietLog } from '../../support/quiet-log.js';
import { type Script, type Scripted, scripted } from './scripted.js';
import { readingOf } from './vendor-data.js';

export interface WorldOptions {
  readonly jira?: Script<Jira>;
  readonly jiraEdits?: Script<JiraEdits>;
  readonly bitbucket?: Script<Bitbucket>;
  readonly slack?: Script<Slack>;
  readonly claude?: Script<Claude>;
  readonly changes?: {
    readonly jira?: Script<JiraChanges>;
    readonly bitbucket?: Script<BitbucketChanges>;
    readonly slack?: Script<SlackChanges>;
  };
  readonly deps?: Partial<ActivityDeps>;
}

export interface World {
  readonly deps: ActivityDeps;
  readonly mirror: Mirror;
  /** The mirror's own connection. */
  readonly database: Database.Database;
  readonly jira: Scripted<Jira>;
  readonly jiraEdits: Scripted<JiraEdits>;
  readonly bitbucket: Scripted<Bitbucket>;
  readonly slack: Scripted<Slack>;
  readonly claude: Scripted<Claude>;
  readonly reader: MirrorReader;
  /** Runs an activity of the product, as the given attempt. */
  call<N extends keyof Activities>(
    name: N,
    input: Parameters<Activities[N]>[0],
    options?: {
      readonly attempt?: number;
      readonly env?: ActivityEnvironment;
      /** Another worker's, over the same mirror. */
      readonly deps?: ActivityDeps;
    },
  ): Promise<Awaited<ReturnType<Activities[N]>>>;
  storeContext(context: Context): Promise<string>;
  auditKinds(cycleId: string): readonly string[];
  dispose(): Promise<void>;
}

const ME = { accountId: 'jira-agent', displayName: 'PM Agent', isApp: true };

const NOBODY = new IntegrationError({
  service: 'slack',
  message: 'slack refused POST /users.info: user_not_found',
  status: 200,
  code: 'not_found',
  retryable: false,
});

export function createWorld(options: WorldOptions = {}): World {
  const folder = mkdtempSync(join(tmpdir(), 'activities-'));
  const file = join(folder, 'pm-agent.db');
  const database = openMirrorFile(file);
  // No test of an activity cuts the power; waiting for the disk was a third of what the long ones took.
  database.pragma('synchronous = OFF');
  let time = Date.parse('2026-11-23T10:00:00Z');
  const clock = () => new Date((time += 1));
  const mirror = createMirror({ database, file, clock });
  const reader = createMirrorReader({
    file,
    open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
  const jira = scripted<Jira>(
    'jira',
    {
      myself: () => ME,
      actionsOfComments: () => new Map(),
      issueNow: (key: string) => ({ id: '10001', key }),
      ...options.jira,
    },
    { requests: jiraRequests },
  );
  const jiraEdits = scripted<JiraEdits>('jira edits', options.jiraEdits ?? {}, { requests: editRequests });
  const bitbucket = scripted<Bitbucket>(
    'bitbucket',
    { currentUser: () => ({ id: '{agent}', name: 'PM Agent' }), ...options.bitbucket },
    {
      requests: {
        addComment: (write) => outgoing('bitbucket', `/pr/${write.pullRequestId}/comments`, write),
      },
    },
  );
  const slack = scripted<Slack>(
    'slack',
    {
      self: () => ({ userId: 'UAGENT', botId: 'BAGENT', teamId: 'T1', name: 'pm-agent' }),
      userName: () => Promise.reject(NOBODY),
      ...options.slack,
    },
    { requests: { postMessage: (write) => outgoing('slack', '/chat.postMessage', write) } },
  );
  const claude = scripted<Claude>('claude', options.claude ?? {});
  const deps: ActivityDeps = {
    jira: jira.port,
    jiraEdits: jiraEdits.port,
    issues: issuesOver(options.deps?.jira ?? jira.port),
    bitbucket: bitbucket.port,
    slack: slack.port,
    notes: {
      jira: scripted<JiraNotes>('jira notes', {}).port,
      bitbucket: scripted<BitbucketNotes>('bitbucket notes', {}).port,
    },
    removals: {
      bitbucket: scripted<BitbucketRemovals>('bitbucket removals', {}).port,
      slack: scripted<SlackRemovals>('slack removals', {}).port,
    },
    claude: claude.port,
    changes: {
      jira: scripted<JiraChanges>('jira changes', options.changes?.jira ?? {}).port,
      bitbucket: scripted<BitbucketChanges>('bitbucket changes', options.changes?.bitbucket ?? {}).port,
      slack: scripted<SlackChanges>('slack changes', options.changes?.slack ?? {}).port,
    },
    heldBack: () => null,
    modelHeldBack: () => null,
    mirror,
    trials: mirror.trials,
    policy: { ...BUILT_IN_POLICY, version: 'test-policy' },
    output: { linkHosts: ['acme.atlassian.net'], mentions: [], secrets: [] },
    people: [],
    teams: [],
    pages: { jira: 'https://acme.atlassian.net', bitbucket: 'https://bitbucket.org' },
    acts: { jira: true, bitbucket: true, slack: true },
    agent: { name: 'PM Agent', language: 'en' },
    models: { triage: 'claude-haiku-5-5', normal: 'claude-sonnet-5-5', hard: 'claude-opus-5-5' },
    prices: {},
    budgets: { perEvent: 100, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 },
    replyTokens: { decision: 16_000, triage: 4_000 },
    limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns: 4 },
    trialsPerDay: 100,
    standIn: false,
    laneHolder: async () => null,
    waitingEvents: () => [],
    pause: () => null,
    knownChanges: async () => new Set(),
    decidedInTime: () => [],
    recordedDecision: () => null,
    restored: null,
    markKey: 'key of this installation',
    clock,
    messageBody,
    requestOf,
    ...options.deps,
  };
  const activities = createActivities(deps);
  return {
    deps,
    mirror,
    database,
    jira,
    jiraEdits,
    bitbucket,
    slack,
    claude,
    reader,
    call: (name, input, { attempt = 1, env = environment(attempt), deps: others } = {}) =>
      env.run(
        (others === undefined ? activities : createActivities(others))[name] as (
          given: unknown,
        ) => Promise<never>,
        input,
      ),
    storeContext: (context) => mirror.putBlob('context', canonicalJson(context)),
    auditKinds: (cycleId) => reader.auditOf(cycleId).map((row) => row.kind),
    dispose: async () => {
      reader.close();
      await mirror.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Issues as the scripted Jira has them: what the real reader does between is its own tests' business. */
function issuesOver(jira: Jira): ActivityDeps['issues'] {
  return {
    readIssue: async ({ id, key }) => {
      const issue = await jira.getIssue(key ?? id ?? '');
      return readingOf(issue, await jira.getTransitions(issue.key));
    },
    assignableUsers: (key) => jira.assignableUsers(key),
  };
}

/** An activity context that logs nothing. */
export function environment(
  attempt = 1,
  info: ConstructorParameters<typeof ActivityEnvironment>[0] = {},
): ActivityEnvironment {
  return new ActivityEnvironment({ ...info, attempt });
}

function outgoing(service: OutgoingRequest['service'], path: string, body: unknown): OutgoingRequest {
  return { service, method: 'POST', path, body };
}

const jiraRequests: Jira['requests'] = {
  addComment: (write) => outgoing('jira', `/issue/${write.issueKey}/comment`, write),
  transition: (issueKey, id) => outgoing('jira', `/issue/${issueKey}/transitions`, { transition: { id } }),
  assign: (issueKey, accountId) => outgoing('jira', `/issue/${issueKey}/assignee`, { accountId }),
};

const editRequests: JiraEdits['requests'] = {
  updateFields: (write) => ({ ...outgoing('jira', `/issue/${write.issueKey}`, write), method: 'PUT' }),
  addLink: (write) => outgoing('jira', '/issueLink', write),
  createIssue: (write) => outgoing('jira', '/issue', write),
  deleteComment: (key, id) => outgoing('jira', `/issue/${key}/comment/${id}`, null),
  deleteLink: (id) => outgoing('jira', `/issueLink/${id}`, null),
  deleteIssue: (key) => outgoing('jira', `/issue/${key}`, null),
};
