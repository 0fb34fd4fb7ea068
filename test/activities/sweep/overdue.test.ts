/** What became overdue: asked for by the team's days, told once for each issue and date. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../../src/activities/dependencies.js';
import type { SweepScope } from '../../../src/domain/sweep.js';
import type { DueIssue } from '../../../src/integrations/jira/changes.js';
import { berlin, office } from '../../support/calendars.js';
import { createWorld, type World } from '../support/world.js';

/** A Tuesday, eleven in Berlin. */
const DAY = '2026-11-24T10:00:00.000Z';
/** One in the morning in Berlin, still Monday in UTC. */
const NIGHT = '2026-11-24T00:00:00.000Z';

let world: World;
afterEach(() => world.dispose());

const payments: TeamSettings = {
  id: 'payments',
  timezone: 'Europe/Berlin',
  calendar: berlin,
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: null,
  rules: '',
};

const due = (n: number, dueDate: string | null): DueIssue => ({
  self: 'https://acme.atlassian.net/rest/api/3/issue/1',
  id: String(n),
  key: `PAY-${n}`,
  summary: 'Refunds',
  dueDate,
});

function start(
  issues: readonly DueIssue[],
  {
    teams = [payments],
    nextPageToken = null,
  }: { teams?: TeamSettings[]; nextPageToken?: string | null } = {},
) {
  const asked: unknown[] = [];
  world = createWorld({
    deps: { teams },
    changes: {
      jira: {
        overdueIssues: (query) => {
          asked.push(query);
          return { issues, nextPageToken };
        },
      },
    },
  });
  return asked;
}

const page = (place: string | null = 'PAY', startedAt = DAY, cursor: string | null = null) =>
  world.call('sweepPage', {
    scope: { kind: 'overdue', place, since: startedAt, reportSince: startedAt },
    startedAt,
    cursor,
  });

const found = () => world.reader.findsAfter(0, 100).map(({ event }) => event);

describe('a page of what became overdue', () => {
  test('tells of each issue by its id and due date, by nobody', async () => {
    start([due(1, '2026-11-23')]);

    expect(await page()).toEqual({ cursor: null, looked: 1, found: 1 });

    expect(found()).toEqual([
      {
        type: 'issue_overdue',
        source: 'jira',
        tenant: 'acme.atlassian.net',
        subject: 'jira:PAY-1',
        project: 'PAY',
        changeKey: 'jira:1:overdue:2026-11-23',
        occurredAt: null,
        actor: null,
        issue: { id: '1', key: 'PAY-1', summary: 'Refunds' },
        dueDate: '2026-11-23',
      },
    ]);
  });

  test('tells once, however often it is looked at, and again of another date that passed', async () => {
    start([due(1, '2026-11-20')]);
    await page();
    expect(await page()).toMatchObject({ found: 0 });
    expect(found()).toHaveLength(1);
    await world.dispose();

    start([due(1, '2026-11-20'), due(1, '2026-11-23')]);
    await page();
    expect(found().map(({ changeKey }) => changeKey)).toEqual([
      'jira:1:overdue:2026-11-20',
      'jira:1:overdue:2026-11-23',
    ]);
  });

  test('leaves out what the issue itself says of a search whose index is behind', async () => {
    start([due(1, '2026-11-24'), due(2, null), due(3, '2027-01-01'), due(4, '2026-01-01')]);

    expect(await page()).toMatchObject({ looked: 4, found: 0 });
  });

  test("is asked for by the days of the project's team, and page by page", async () => {
    const asked = start([], { nextPageToken: 'more' });

    expect(await page('PAY', NIGHT, 'token')).toMatchObject({ cursor: 'more' });

    expect(asked).toEqual([{ project: 'PAY', from: '2026-11-17', before: '2026-11-24', pageToken: 'token' }]);
  });

  test('is asked for in UTC where the project is of no team', async () => {
    const asked = start([], { teams: [] });

    await page(null, '2026-11-24T23:30:00.000Z');

    expect(asked).toEqual([{ project: null, from: '2026-11-19', before: '2026-11-24', pageToken: null }]);
  });
});

describe('what became overdue is looked for', () => {
  async function placesAt(now: string, teams: readonly TeamSettings[]): Promise<readonly (string | null)[]> {
    world = createWorld({ deps: { clock: () => new Date(now), teams } });
    const { scopes } = await world.call('planSweep', undefined);
    return scopes.filter(({ kind }: SweepScope) => kind === 'overdue').map(({ place }) => place);
  }

  const tokyo = { ...office, timezone: 'Asia/Tokyo' };
  const teams = [
    payments,
    { ...payments, id: 'tokyo', timezone: 'Asia/Tokyo', calendar: tokyo, jiraProjects: ['TOK'] },
    { ...payments, id: 'always', calendar: null, jiraProjects: ['OPS'] },
  ];

  test.each([
    ['by day in Berlin', DAY, ['PAY', 'OPS']],
    ['at night in Berlin, by day in Tokyo', '2026-11-24T01:00:00.000Z', ['TOK', 'OPS']],
    ['on a Sunday', '2026-11-22T10:00:00.000Z', ['OPS']],
    ['on a German holiday', '2026-12-25T10:00:00.000Z', ['OPS']],
  ])('only while the team works: %s', async (_when, now, places) => {
    expect(await placesAt(now, teams)).toEqual(places);
  });

  test('everywhere and always where no team is configured', async () => {
    expect(await placesAt(NIGHT, [])).toEqual([null]);
  });
});
