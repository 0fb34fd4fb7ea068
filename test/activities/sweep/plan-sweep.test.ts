import { afterEach, describe, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../../src/activities/dependencies.js';
import type { PullRequestEvent } from '../../../src/domain/event.js';
import type { SweepScope } from '../../../src/domain/sweep.js';
import { cycleInput } from '../../support/builders.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');
const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(NOW + minutes * MINUTE_MS).toISOString();

let world: World;
afterEach(() => world.dispose());

function plan(deps: WorldOptions['deps'] = {}, prepare: (world: World) => Promise<void> = async () => {}) {
  world = createWorld({ deps: { clock: () => new Date(NOW), ...deps } });
  return prepare(world).then(() => world.call('planSweep', undefined));
}

function team(overrides: Partial<TeamSettings>): TeamSettings {
  return {
    id: 't',
    jiraProjects: [],
    jiraBoard: null,
    repositories: [],
    slackChannel: null,
    lead: null,
    rules: '',
    ...overrides,
  };
}

const placesOf = (scopes: readonly SweepScope[]) =>
  scopes.map(({ kind, place }) => (place === null ? kind : `${kind}:${place}`));

describe('what a sweep looks at', () => {
  test('is what the teams name, each place once', async () => {
    const { scopes } = await plan({
      teams: [
        team({ jiraProjects: ['PAY', 'OPS'], jiraBoard: 1, repositories: ['acme/pay-api'] }),
        team({ jiraProjects: ['PAY'], jiraBoard: 1, repositories: ['Acme/Pay-Api', 'acme/ops'] }),
      ],
    });

    expect(placesOf(scopes)).toEqual([
      'issues:PAY',
      'issues:OPS',
      'overdue:PAY',
      'overdue:OPS',
      'sprints:1',
      'pull_requests:Acme/Pay-Api',
      'pull_requests:acme/ops',
      'conversations',
    ]);
  });

  test('without teams is every project, and the repositories that events named in the last 30 days', async () => {
    const pullRequest: PullRequestEvent = {
      type: 'pr_created',
      source: 'bitbucket',
      tenant: 'acme',
      subject: 'bitbucket:acme/pay-api#1',
      project: 'acme/pay-api',
      changeKey: null,
      occurredAt: null,
      actor: null,
      repository: 'acme/pay-api',
      pullRequest: { id: 1, title: 'Refunds' },
      comment: null,
    };
    const { scopes } = await plan({}, async ({ deps }) => {
      const days = (count: number) => at(-count * 24 * 60);
      await deps.mirror.startCycle(cycleInput({ event: pullRequest, receivedAt: days(30) }), 'r');
      const old = { ...pullRequest, project: 'acme/old', repository: 'acme/old' };
      await deps.mirror.startCycle(cycleInput({ event: old, receivedAt: days(31) }), 'r');
    });

    expect(placesOf(scopes)).toEqual(['issues', 'overdue', 'pull_requests:acme/pay-api', 'conversations']);
  });
});

describe('how far a scope is looked back', () => {
  const teams = [team({ jiraProjects: ['PAY'] })];
  const marked = (watermark: string, reachedBackTo: string) =>
    plan({ teams }, async ({ deps }) => {
      const mark = { scope: 'issues:PAY', watermark, reachedBackTo };
      await deps.mirror.recordFinds({ finds: [], mark });
    }).then(({ scopes }) => scopes[0]);

  test('begins with the backup at places that were never read, after a restore', async () => {
    const restored = { at: at(0), takenAt: at(-90), fenceFloor: 1 };
    const begun: (readonly string[])[] = [];
    const { scopes } = await plan({ teams, restored }, async ({ deps }) => {
      const begin = deps.mirror.beginAtRestore.bind(deps.mirror);
      deps.mirror.beginAtRestore = async (places) => {
        begun.push(places);
        await begin(places);
      };
    });

    expect(begun).toEqual([['issues:PAY', 'overdue:PAY', 'conversations']]);
    expect(scopes).toHaveLength(3);
  });

  test('is ten minutes the first time: what was there before is no gap', async () => {
    const { scopes, startedAt } = await plan({ teams });

    expect(startedAt).toBe(at(0));
    expect(scopes.map(({ since, reportSince }) => [since, reportSince])).toEqual([
      [at(-10), at(-10)],
      [at(-10), at(-10)],
      [at(-10), at(-10)],
    ]);
  });

  test('is ten minutes before the end of the last sweep, however long that is ago', async () => {
    expect(await marked(at(-3 * 24 * 60), at(-3 * 24 * 60 - 20))).toMatchObject({
      since: at(-3 * 24 * 60 - 10),
      reportSince: at(-3 * 24 * 60 - 20),
    });
  });

  test('goes back a whole day where the last sweep ended in the future: the clock was ahead, nobody knows for how long (F35)', async () => {
    expect(await marked(at(60), at(50))).toMatchObject({
      since: at(-24 * 60 - 10),
      reportSince: at(-24 * 60 - 10),
    });
  });

  test('reports from where the last one looked back to: what moved on while it read is seen now', async () => {
    expect(await marked(at(-5), at(-300))).toMatchObject({ since: at(-15), reportSince: at(-300) });
  });

  test('never reports less than it looks at', async () => {
    expect(await marked(at(-5), at(0))).toMatchObject({ since: at(-15), reportSince: at(-15) });
  });
});
