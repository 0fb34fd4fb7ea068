/**
 * What the model is shown and where the corpus can stand are one list. Everything is read by the real "gather" and the real tools from
 * ports that leave nothing empty: each text of it has its row in shown-fields.ts, and each row of an outsider's words its carrier.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCollector } from '../../src/activities/gather/collector.js';
import { createVendorPause } from '../../src/activities/gather/vendor-pause.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import { runTool } from '../../src/activities/tools/index.js';
import type { EarlierCycle } from '../../src/audit/earlier.js';
import type { Context, ContextItem } from '../../src/domain/context.js';
import type { PmEvent } from '../../src/domain/event.js';
import type { BitbucketPullRequest } from '../../src/integrations/bitbucket/bitbucket.js';
import type { JiraIssue, JiraTransition } from '../../src/integrations/jira/jira.js';
import type { SlackMessage } from '../../src/integrations/slack/slack.js';
import { shownEvent, shownFacts } from '../../src/reasoning/shown.js';
import {
  ana,
  bo,
  jiraComment,
  jiraIssue,
  pullRequest,
  sprintIssue,
} from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { cycleInput } from '../support/builders.js';
import { carry, FIELDS } from './carriers.js';
import { type Bearer, pathsOf, SHOWN_EVENTS, SHOWN_FACTS, SHOWN_ITEMS } from './shown-fields.js';

const AT = '2026-11-22T10:00:00.000Z';
const HASH = 'abcdef1234567890';
const REPOSITORY = 'acme/pay-api';
const SPRINT = { id: 7, name: 'Sprint 7', state: 'active', goal: 'Ship', startDate: AT, endDate: AT };

const ISSUE: JiraIssue = jiraIssue({
  labels: ['late'],
  estimate: 'none',
  dueDate: '2026-12-01',
  parentKey: 'PAY-9',
  subtasks: [{ key: 'PAY-8', summary: 'Retry', status: 'To Do' }],
  links: [{ id: '1', relation: 'blocks', key: 'PAY-2', summary: 'Wallet', status: 'To Do' }],
  sprint: SPRINT,
  comments: [jiraComment(1)],
  changes: [
    { id: '5', at: AT, author: 'Bo', authorId: bo.accountId, field: 'Fix Version', from: '1', to: '2' },
  ],
});
const TRANSITION: JiraTransition = {
  id: '41',
  name: 'Finish',
  toStatus: 'Done',
  toCategory: 'done',
  fields: [{ id: 'resolution', name: 'Resolution', isDemanded: true, allowed: [{ id: '1', name: 'Fixed' }] }],
};
const PULL: BitbucketPullRequest = pullRequest({
  reviewers: [{ name: 'Ana', state: 'approved' }],
  description: 'As asked.',
});
const MESSAGE: SlackMessage = { ts: '1700000000.000100', userId: 'U0ANA', botId: 'B0', text: 'And PAY-1?' };
const EARLIER: EarlierCycle = {
  cycleId: 'cycle-jira-0',
  subject: 'jira:PAY-1',
  eventType: 'comment_created',
  startedAt: AT,
  outcome: 'acted',
  summary: 'Answers.',
  actions: [
    {
      kind: 'jira.comment',
      target: 'jira:PAY-1',
      status: 'approved',
      decidedBy: 'lead-1',
      reason: 'Too long',
      edited: { proposed: { body: 'Friday' }, became: { body: 'Monday' } },
    },
  ],
};
const COUNTS = { approved: 1, edited: 1, rejected: 1 };

const ACTOR = { id: ana.accountId, name: 'Ana', isBot: false };
const HEAD = { tenant: 'acme', changeKey: 'x', occurredAt: AT, actor: ACTOR } as const;
const IN_JIRA = { ...HEAD, source: 'jira', subject: 'jira:PAY-1', project: 'PAY' } as const;
const IN_BITBUCKET = {
  ...HEAD,
  source: 'bitbucket',
  subject: 'bitbucket:acme/pay-api#7',
  project: REPOSITORY,
  repository: REPOSITORY,
} as const;
const IN_SLACK = {
  ...HEAD,
  source: 'slack',
  subject: 'slack:C0PAY/1',
  project: 'C0PAY',
  channel: 'C0PAY',
} as const;
const REF = { id: '10001', key: 'PAY-1', summary: 'Checkout' };

/** One of each kind, with every member that it can have. */
const HAPPENED: Readonly<Record<keyof typeof SHOWN_EVENTS, PmEvent>> = {
  issue: {
    ...IN_JIRA,
    type: 'issue_updated',
    issue: REF,
    changes: [{ field: 'status', from: 'To Do', to: 'In Progress' }],
  },
  comment: { ...IN_JIRA, type: 'comment_created', issue: REF, comment: { id: '1', text: '@PM Agent and?' } },
  sprint: {
    ...IN_JIRA,
    type: 'sprint_started',
    sprint: { id: 7, name: 'Sprint 7', state: 'active', boardId: 1, goal: 'Ship' },
  },
  link: {
    ...IN_JIRA,
    type: 'issuelink_created',
    link: { id: '1', linkType: 'Blocks', sourceIssueId: '10001', destinationIssueId: '10002' },
  },
  'pull request': {
    ...IN_BITBUCKET,
    type: 'pr_comment_created',
    pullRequest: { id: 7, title: 'Fix' },
    comment: { id: '1', text: 'Why?' },
  },
  push: {
    ...IN_BITBUCKET,
    type: 'push',
    changes: [{ kind: 'branch', name: 'main', newHash: HASH, messages: ['Fix'] }],
  },
  build: {
    ...IN_BITBUCKET,
    type: 'commit_status',
    commit: HASH,
    branch: 'main',
    state: 'FAILED',
    name: 'Tests',
  },
  message: { ...IN_SLACK, type: 'app_mention', ts: MESSAGE.ts, threadTs: MESSAGE.ts, text: 'And PAY-1?' },
  command: { ...IN_SLACK, type: 'slash_command', command: '/pm', text: 'PAY-1' },
  interaction: {
    ...IN_SLACK,
    type: 'interaction',
    threadTs: MESSAGE.ts,
    interactionType: 'block_actions',
    actionId: 'more',
    value: 'PAY-1',
  },
};

const ASKED = [
  ['read_issue', { key: 'PAY-1' }],
  ['read_pull_request', { repository: REPOSITORY, id: 7 }],
  ['search_issues', { words: 'wallet', state: 'any' }],
  ['read_sprint', { sprintId: null }],
  ['who_is_away', { from: null, to: null }],
  ['earlier_cycles', {}],
] as const;

let world: World;
let deps: ActivityDeps;
beforeAll(() => {
  const found = {
    key: 'PAY-2',
    projectKey: 'PAY',
    summary: 'Wallet',
    status: 'Done',
    assignee: 'Bo',
    priority: 'Low',
    updated: AT,
  };
  const person = { jira: 'j', bitbucket: 'b', slack: 's', roles: [] };
  world = createWorld({
    jira: {
      getIssue: () => ISSUE,
      getTransitions: () => [TRANSITION],
      assignableUsers: () => [ana],
      getSprint: () => SPRINT,
      getSprintIssues: () => [
        sprintIssue({ key: 'PAY-2', summary: 'Wallet', assignee: 'Bo', estimate: 'none' }),
      ],
      searchIssues: () => [found],
    },
    bitbucket: {
      getPullRequest: () => PULL,
      getComments: () => [
        {
          id: '1',
          author: { id: '{bo}', name: 'Bo' },
          body: 'Why?',
          createdOn: AT,
          inline: { path: 'a', line: 1 },
        },
      ],
      getDiffstat: () => [{ path: 'src/a.ts', status: 'modified', linesAdded: 1, linesRemoved: 1 }],
      getCommitStatuses: () => [
        { name: 'Tests', state: 'FAILED', url: 'https://bitbucket.org/x', updatedOn: AT },
      ],
      findPullRequests: () => [{ ...PULL, destinationCommit: HASH }],
      newestCommits: () => [{ hash: HASH, message: 'PAY-1', parents: [] }],
      getCommitMessages: () => ['PAY-1 Fix'],
      getRepository: () => ({ fullName: REPOSITORY, mainBranch: 'main' }),
    },
    slack: { getThread: () => [MESSAGE], userName: () => 'Ana' },
    changes: {
      jira: { boardSprints: () => ({ sprints: [{ ...SPRINT, boardId: 1 }] as never, nextStartAt: null }) },
    },
    deps: {
      people: [
        { ...person, id: 'lea', name: 'Lea' },
        { ...person, id: 'max', name: 'Max' },
      ],
      teams: [
        {
          id: 'pay',
          jiraProjects: ['PAY'],
          jiraBoard: 1,
          repositories: [REPOSITORY],
          slackChannel: 'C0PAY',
          lead: 'lea',
          members: ['lea', 'max'],
          away: [{ person: 'max', from: '2026-11-23', to: '2026-11-24' }],
          rules: '',
        },
      ],
    },
  });
  deps = {
    ...world.deps,
    mirror: {
      ...world.deps.mirror,
      earlierCycles: async () => [EARLIER],
      lessons: async () => [EARLIER],
      verdictCounts: async () => [{ kind: 'jira.comment', here: COUNTS, elsewhere: COUNTS }],
    },
  };
});
afterAll(() => world.dispose());

async function gathered(event: PmEvent): Promise<Context> {
  const { contextHash } = await world.call('gatherContext', cycleInput({ event }), { deps });
  return JSON.parse(String(await world.deps.mirror.getBlob(contextHash)));
}

async function read(
  [tool, input]: (typeof ASKED)[number],
  context: Context,
): Promise<readonly ContextItem[]> {
  const collector = createCollector(AT);
  const { issues, jira, bitbucket, slack, teams } = deps;
  const refused = await runTool(tool, input, {
    deps,
    cycle: cycleInput({ event: HAPPENED.comment }),
    context,
    scope: { projects: ['PAY'], repositories: [REPOSITORY], team: teams[0] ?? null },
    sources: {
      jira,
      issues,
      bitbucket,
      slack,
      collector,
      mayRead: () => true,
      repositoriesOf: async () => [REPOSITORY],
      bitbucketPause: createVendorPause(deps.clock),
    },
  });
  expect(refused).toBeNull();
  return collector.items;
}

/** What a walk saw: texts by place, and places at which there was never anything. */
function seenIn(values: readonly unknown[]) {
  const all = values.map((value) => pathsOf(value));
  const texts = new Set(all.flatMap((one) => one.texts));
  const empty = new Set(
    all.flatMap((one) => one.empty).filter((path) => ![...texts].some((text) => isAt(path, text))),
  );
  return { texts: [...texts].toSorted(), empty: [...empty] };
}

/** `sprint` is what stands under it too: `sprint.name`, `sprint[]`. */
function isAt(path: string, text: string): boolean {
  return text === path || text.startsWith(`${path}.`) || text.startsWith(`${path}[`);
}

const rowsOf = (table: Readonly<Record<string, Bearer>>) => Object.keys(table).toSorted();

test('each text of an event that the model is shown has its row', () => {
  for (const [kind, event] of Object.entries(HAPPENED)) {
    const { texts, empty } = seenIn([shownEvent(event)]);
    expect({ kind, texts, empty }).toEqual({
      kind,
      texts: rowsOf(SHOWN_EVENTS[kind as keyof typeof SHOWN_EVENTS]),
      empty: [],
    });
  }
});

test('each text that "gather" or a tool shows the model has its row, and nothing of it went unseen', async () => {
  const contexts: Context[] = [];
  for (const event of Object.values(HAPPENED)) {
    contexts.push(await gathered(event));
  }
  const main = contexts[1] as Context;
  const answers = [];
  for (const asked of ASKED) {
    answers.push(...(await read(asked, main)));
  }
  const items = [...contexts.flatMap((one) => one.items), ...answers];

  const facts = seenIn(contexts.map((one) => shownFacts(one.facts)));
  expect(facts.texts).toEqual(rowsOf(SHOWN_FACTS));
  expect(contexts.flatMap((one) => one.omitted).filter((what) => /: /.test(what))).toEqual([]);
  expect([...new Set(items.map(({ kind }) => kind))].toSorted()).toEqual(Object.keys(SHOWN_ITEMS).toSorted());
  for (const [kind, table] of Object.entries(SHOWN_ITEMS)) {
    const { texts, empty } = seenIn(items.filter((one) => one.kind === kind).map(({ data }) => data));
    expect({ kind, texts, empty }).toEqual({ kind, texts: rowsOf(table), empty: [] });
  }
});

describe.each(FIELDS)('the carrier "%s"', (field) => {
  const wanted = (table: Readonly<Record<string, Bearer>>, at: string) =>
    Object.entries(table).flatMap(([path, bearer]) => (bearer === field ? [`${at} ${path}`] : []));

  test('stands wherever its row says that it does', () => {
    const { event, context } = carry(field, ['zebracrossing']);
    const holding = (value: unknown, at: string) =>
      pathsOf(value)
        .texts.filter((path) => textsAt(value, path).some((text) => text.includes('zebra')))
        .map((path) => `${at} ${path}`);
    const items = context.items.flatMap(({ kind, data }) => holding(data, kind));
    const inEvents = Object.values(SHOWN_EVENTS).some((table) => wanted(table, 'event').length > 0);

    expect([...items, ...holding(shownFacts(context.facts), 'facts')]).toEqual(
      expect.arrayContaining([
        ...wanted(SHOWN_FACTS, 'facts'),
        ...Object.entries(SHOWN_ITEMS).flatMap(([kind, table]) => wanted(table, kind)),
      ]),
    );
    expect(!inEvents || holding(shownEvent(event), 'event').length > 0).toBe(true);
  });
});

function textsAt(value: unknown, path: string): readonly string[] {
  if (path === '') {
    return typeof value === 'string' ? [value] : [];
  }
  const [, name = '', rest = ''] = /^(\[\]|[^.[]+)\.?(.*)$/.exec(path) ?? [];
  const inside = name === '[]' ? (Array.isArray(value) ? value : []) : [Object(value)[name]];
  return inside.flatMap((one) => textsAt(one, rest));
}
