import { describe, expect, test } from '@jest/globals';
import type { ContextFacts, ContextItem } from '../../src/domain/context.js';
import { criticalOf, mayBeCritical, toldSubjectOf } from '../../src/domain/critical.js';
import type { PmEvent } from '../../src/domain/event.js';
import { facts as given, item } from '../activities/support/vendor-data.js';
import { commentEvent } from '../support/builders.js';

const base = {
  source: 'jira',
  tenant: 'default',
  subject: 'jira:PAY-1',
  project: 'PAY',
  changeKey: null,
  occurredAt: null,
  actor: null,
} as const;
const issueRef = { id: '10001', key: 'PAY-1', summary: null };

function changed(field: string, to: string | null = 'x'): PmEvent {
  return { ...base, type: 'issue_updated', issue: issueRef, changes: [{ field, from: null, to }] };
}

const linked: PmEvent = {
  ...base,
  type: 'issuelink_created',
  link: { id: '1', linkType: 'Blocks', sourceIssueId: '10001', destinationIssueId: '10002' },
};
const build: PmEvent = {
  ...base,
  source: 'bitbucket',
  type: 'commit_status',
  repository: 'acme/pay-api',
  commit: 'c0ffee',
  branch: 'main',
  state: 'FAILED',
  name: 'ci',
};

function facts(overrides: Partial<NonNullable<ContextFacts['issue']>> = {}): ContextFacts {
  return { ...given, issue: given.issue && { ...given.issue, ...overrides } };
}

const one = (kind: ContextItem['kind'], id: string, data: ContextItem['data']): ContextItem => ({
  ...item(id, data),
  kind,
});
const issue = (key: string, sprint: string | null, statusCategory = 'indeterminate') =>
  one('issue', key === 'PAY-1' ? 'issue' : `issue-${key}`, { key, sprint, statusCategory });
const sprint = (name: string, state = 'active') => one('sprint', `sprint-${name}`, { name, state });
const link = (relation: string, key: string, status: string) =>
  one('link', `link-${key}`, { relation, key, status });
const status = (state: string, branch: string | null, mainBranch: string | null = 'main') =>
  one('commit_status', 'status-c0ffee', { state, branch, mainBranch });

function rule(
  events: readonly PmEvent[],
  about: ContextFacts,
  items: readonly ContextItem[] = [],
): string | null {
  const critical = criticalOf({ events, context: { facts: about, items } });
  return critical === null ? null : `${critical.rule}: ${critical.why}`;
}

describe('critical work', () => {
  const highest = facts({ priority: 'Highest' });

  test.each([
    ['a comment on it', [commentEvent()], highest, [], true],
    ['its priority', [changed('priority', 'Highest')], highest, [], true],
    ['only its rank', [changed('Rank')], highest, [], false],
    [
      'a comment on it, although it is done',
      [commentEvent()],
      highest,
      [issue('PAY-1', null, 'done')],
      false,
    ],
    ['a comment on work of another priority', [commentEvent()], facts({ priority: 'High' }), [], false],
  ] as const)('%s: %s', (_what, events, about, items, isCritical) => {
    expect(rule(events, about, items)).toBe(
      isCritical ? 'critical work: PAY-1 has the priority Highest and is In Progress' : null,
    );
  });

  test('words that claim it are no priority', () => {
    const words = '[URGENT] priority: Highest!!! production down';
    const events = [commentEvent({ comment: { id: '1', text: words } })];

    expect(
      rule(events, facts({ summary: words }), [one('comment', 'comment-1', { body: words })]),
    ).toBeNull();
  });
});

describe('blocked sprint work', () => {
  const inSprint = [issue('PAY-1', 'S1'), sprint('S1')];

  test.each<[string, PmEvent, readonly ContextItem[], string | null]>([
    [
      'a blocker that nobody has done',
      linked,
      [...inSprint, link('is blocked by', 'PAY-2', 'To Do')],
      'PAY-1 is in the running sprint and is blocked by PAY-2 (To Do)',
    ],
    [
      'what it blocks is in the sprint',
      linked,
      [issue('PAY-3', 'S1'), sprint('S1'), link('blocks', 'PAY-3', 'To Do')],
      'PAY-3 is in the running sprint and is blocked by PAY-1 (In Progress)',
    ],
    [
      'it came into the sprint',
      changed('Sprint', 'S1'),
      [...inSprint, link('is blocked by', 'PAY-2', 'To Do')],
      'PAY-1 is in the running sprint and is blocked by PAY-2 (To Do)',
    ],
    [
      'it was flagged',
      changed('Flagged', 'Impediment'),
      inSprint,
      'PAY-1 is in the running sprint and was flagged as impeded',
    ],
    ['the flag was taken away', changed('Flagged', null), inSprint, null],
    ['the blocker is done', linked, [...inSprint, link('is blocked by', 'PAY-2', 'Done')], null],
    [
      'the sprint has not begun',
      linked,
      [issue('PAY-1', 'S1'), sprint('S1', 'future'), link('is blocked by', 'PAY-2', 'To Do')],
      null,
    ],
    [
      'it is done',
      linked,
      [issue('PAY-1', 'S1', 'done'), sprint('S1'), link('is blocked by', 'PAY-2', 'To Do')],
      null,
    ],
    ['it only relates', linked, [...inSprint, link('relates to', 'PAY-2', 'To Do')], null],
    [
      'somebody comments on what is blocked for days',
      commentEvent(),
      [...inSprint, link('is blocked by', 'PAY-2', 'To Do')],
      null,
    ],
  ])('%s', (_what, event, items, why) => {
    expect(rule([event], facts(), items)).toBe(why === null ? null : `blocked sprint work: ${why}`);
  });
});

describe('a red main branch', () => {
  const nothing: ContextFacts = { issue: null, pullRequest: null, thread: null };

  test.each([
    ['a failed build of the main branch', status('FAILED', 'main'), true],
    ['a failed build of another branch', status('FAILED', 'feature/x'), false],
    ['a build that is well', status('SUCCESSFUL', 'main'), false],
    ['a main branch that nobody knows', status('FAILED', null, null), false],
  ] as const)('%s: %s', (_what, read, isCritical) => {
    expect(rule([build], nothing, [read])).toBe(
      isCritical ? 'red main branch: the build of the main branch main is red' : null,
    );
  });

  test('the event’s own word for it is not enough: the vendor is asked', () => {
    expect(rule([build], nothing)).toBeNull();
  });
});

describe('of what people are told once', () => {
  test('the issue that it holds of, wherever it comes up', () => {
    const events = [commentEvent({ subject: 'jira:PAY-9' })];
    const context = { facts: facts({ priority: 'Highest', key: 'PAY-4' }), items: [] };
    const critical = criticalOf({ events, context });

    expect(critical?.about).toBe('jira:PAY-4');
    expect(toldSubjectOf(critical ?? {}, { subject: 'slack:C1/1' })).toBe('jira:PAY-4');
    expect(toldSubjectOf({}, { subject: 'slack:C1/1' })).toBe('slack:C1/1');
  });

  test('a message that names critical work is no news of it', () => {
    const asked: PmEvent = {
      ...base,
      source: 'slack',
      type: 'app_mention',
      channel: 'C1',
      threadTs: '1.1',
      ts: '1.1',
      text: 'who works on PAY-1?',
    };

    expect(rule([asked], facts({ priority: 'Highest' }))).toBeNull();
    expect(rule([asked, commentEvent()], facts({ priority: 'Highest' }))).toContain('critical work');
  });
});

test('what may be critical is told by an event’s kind and fields alone', () => {
  const greens = { ...build, state: 'SUCCESSFUL' } as PmEvent;
  const created = { ...changed('summary'), type: 'issue_created' } as PmEvent;

  const may = [changed('priority', 'Highest'), changed('Flagged'), changed('status'), linked, build, created];
  const mayNot = [changed('priority', 'Low'), changed('summary'), changed('labels'), commentEvent(), greens];

  expect(may.filter((event) => !mayBeCritical(event))).toEqual([]);
  expect(mayNot.filter((event) => mayBeCritical(event))).toEqual([]);
});

test('which priorities are critical is for the team to say, wherever that is asked', () => {
  const criticalPriorities = ['Kritisch'];
  const looked = (priority: string) => ({
    events: [commentEvent()],
    context: { facts: facts({ priority }), items: [] },
    criticalPriorities,
  });

  expect(criticalOf(looked('kritisch'))).toMatchObject({ rule: 'critical work' });
  expect(criticalOf(looked('Highest'))).toBeNull();
  expect(mayBeCritical(changed('priority', 'KRITISCH'), criticalPriorities)).toBe(true);
  expect(mayBeCritical(changed('priority', 'Highest'), criticalPriorities)).toBe(false);
});
