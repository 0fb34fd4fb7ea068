import { describe, expect, test } from '@jest/globals';
import type { Context } from '../../src/domain/context.js';
import type { PmEvent } from '../../src/domain/event.js';
import { mentionPattern } from '../../src/domain/mention.js';
import { askedIn, type Route, routeOf } from '../../src/domain/routing.js';
import { commentEvent } from '../support/builders.js';

const mention = mentionPattern(['PM Agent'], [{ id: '712020:agent', name: 'PM Agent' }]);
const base = {
  source: 'jira',
  tenant: 'default',
  subject: 'jira:PAY-1',
  project: 'PAY',
  changeKey: null,
  occurredAt: null,
  actor: null,
} as const;
const issue = { id: '1', key: 'PAY-1', summary: null };

function updated(...fields: readonly string[]): PmEvent {
  const changes = fields.map((field) => ({ field, from: null, to: 'x' }));
  return { ...base, type: 'issue_updated', issue, changes };
}

function build(state: string): PmEvent {
  const place = { ...base, source: 'bitbucket', repository: 'acme/pay-api' } as const;
  return { ...place, type: 'commit_status', commit: 'c0ffee', branch: 'main', state, name: 'ci' };
}

const push: PmEvent = { ...base, source: 'bitbucket', type: 'push', repository: 'acme/pay-api', changes: [] };
const sprint = { id: 1, name: 'S', state: null, boardId: null, goal: null };

const said = (text: string) => commentEvent({ comment: { id: '1', text } });

const noFacts = { issue: null, pullRequest: null, thread: null };

function route(events: readonly PmEvent[], context: Partial<Context> = {}): string {
  const found: Route = routeOf({ events, context: { facts: noFacts, items: [], ...context }, mention });
  return found.to === 'triage' ? 'triage' : `${found.to}: ${found.rule}`;
}

describe('goes to the model that decides, because a person asks:', () => {
  test.each([
    ['by name', [said('@PM Agent what is the status?')]],
    ['by account', [said('[~accountid:712020:agent] what now?')]],
    ['in an event that this one answers too', [said('never mind'), said('@PM Agent and this?')]],
  ])('%s', (_what, events) => {
    expect(route(events)).toBe('model: asked');
  });
});

test.each<[string, readonly PmEvent[], string]>([
  ['people who talk among themselves', [said('I will look at it tomorrow.')], 'triage'],
  ['a mention that is only quoted', [said('> @PM Agent what is the status?\n\nMerged.')], 'triage'],
  ['a rank that changed', [updated('Rank')], 'nobody: bookkeeping'],
  ['labels and an estimate', [updated('labels', 'Story Points')], 'nobody: bookkeeping'],
  ['a rank and a status', [updated('Rank', 'status')], 'triage'],
  ['a change without fields', [updated()], 'triage'],
  ['a rank and a comment in one cycle', [updated('Rank'), said('Look here')], 'triage'],
  ['a green build', [build('SUCCESSFUL')], 'nobody: build that did not fail'],
  ['a build that failed', [build('FAILED')], 'model: failed build'],
  ['a green build after one that failed', [build('SUCCESSFUL'), build('FAILED')], 'model: failed build'],
  ['commits', [push], 'nobody: commits'],
  ['a sprint that is planned', [{ ...base, type: 'sprint_created', sprint }], 'nobody: sprint in planning'],
  ['a sprint that starts', [{ ...base, type: 'sprint_started', sprint }], 'triage'],
])('%s', (_what, events, expected) => {
  expect(route(events)).toBe(expected);
});

test('work of a critical priority goes to the model, by the names that the team has for them', () => {
  const facts = { ...noFacts, issue: { key: 'PAY-1', priority: 'Höchste' } as Context['facts']['issue'] };
  const looked = { events: [said('Hm.')], context: { facts, items: [] }, mention };

  expect(routeOf(looked)).toEqual({ to: 'triage' });
  expect(routeOf({ ...looked, criticalPriorities: ['höchste'] })).toMatchObject({ rule: 'critical work' });
});

test('commits with a failed build are looked at', () => {
  const failed = { kind: 'commit_status', data: { state: 'FAILED' } } as unknown as Context['items'][number];

  expect(route([push], { items: [failed] })).toBe('triage');
});

test.each(['Highest', 'blocker', 'P1'])(
  'work of the priority %s goes to the model, also where only its rank changed',
  (priority) => {
    const facts = { issue: { priority } as Context['facts']['issue'], pullRequest: null, thread: null };

    expect(route([updated('Rank')], { facts })).toBe('model: critical work');
  },
);

describe('of events that are answered together the one that speaks to the agent leads', () => {
  test.each<[string, readonly PmEvent[], string | null]>([
    ['a question before a change', [updated('status'), said('@PM Agent who has it?')], 'comment_created'],
    ['no talk among people', [updated('status'), said('who has it?')], null],
    [
      'not where the first one asks already',
      [said('@PM Agent and now?'), said('@PM Agent who has it?')],
      null,
    ],
    ['nothing where there is only one', [updated('status')], null],
    [
      'the newest of several',
      [
        updated('status'),
        said('@PM Agent who has it?'),
        { ...said('@PM Agent, or when?'), type: 'comment_updated' },
        said('thanks'),
      ],
      'comment_updated',
    ],
  ])('%s', (_what, events, type) => {
    expect(askedIn(events, mention)).toBe(type);
  });
});

describe('a due date that passed', () => {
  const overdue: PmEvent = { ...base, type: 'issue_overdue', issue, dueDate: '2026-11-20' };

  function read(dueDate: string | null, statusCategory: string): Partial<Context> {
    const facts = { key: 'PAY-1', projectKey: 'PAY', status: 'In Progress', dueDate };
    const item = { id: 'issue', kind: 'issue', data: { key: 'PAY-1', statusCategory } };
    return { facts: { issue: facts, pullRequest: null, thread: null }, items: [item] } as never;
  }

  test.each([
    ['is looked at while it stands', '2026-11-20', 'indeterminate', [overdue], 'triage'],
    ['needs nobody once it was moved', '2026-12-04', 'indeterminate', [overdue], 'nobody: overdue no more'],
    ['needs nobody once it was taken away', null, 'indeterminate', [overdue], 'nobody: overdue no more'],
    ['needs nobody once the issue is done', '2026-11-20', 'done', [overdue], 'nobody: overdue no more'],
    ['leaves what was said beside it', '2026-12-04', 'new', [overdue, said('Friday, I hope')], 'triage'],
  ])('%s', (_what, dueDate, category, events, expected) => {
    expect(route(events, read(dueDate, category))).toBe(expected);
  });
});
