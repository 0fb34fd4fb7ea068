import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFindJudge } from '../../src/api/find-delivery.js';
import { createAdmission } from '../../src/api/webhooks/admission.js';
import type { SweepFind } from '../../src/audit/mirror-reader.js';
import type { Config } from '../../src/config/config.js';
import type { PmEvent } from '../../src/domain/event.js';
import { commentEvent } from '../support/builders.js';
import { testConfig } from './support/config.js';

const NOW = new Date('2026-11-23T10:00:00.000Z');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function find(
  overrides: Parameters<typeof commentEvent>[0] = {},
  actorIds: readonly string[] = [],
): SweepFind {
  const event = commentEvent(overrides);
  return {
    seq: 1,
    actorIds,
    event: { ...event, changeKey: event.changeKey ?? 'jira:10001:comment:7:created' },
  };
}

const PAYMENTS: Config['file']['teams'][number] = {
  id: 'payments',
  timezone: 'UTC',
  members: [],
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: null,
  rules: '',
};

function judge(one: SweepFind, config: Partial<Config> = {}) {
  const accounts = { isOwn: (_vendor: string, ids: readonly string[]) => ids.includes('agent') };
  const effects = { isOwn: (event: PmEvent) => 'comment' in event && event.comment?.id === 'ours' };
  const merged = testConfig(folder, config);
  const admission = createAdmission({ config: merged, teams: () => merged.file.teams, accounts, effects });
  return createFindJudge(admission, () => NOW)(one);
}

describe('a find', () => {
  test('becomes a delivery that says where it came from, with its event for a body', () => {
    const one = find();
    const delivery = judge(one);

    expect(delivery).toMatchObject({
      origin: 'reconcile',
      source: 'jira',
      tenant: 'acme.atlassian.net',
      eventType: 'comment_created',
      subject: 'jira:PAY-1',
      changeKey: one.event.changeKey,
      status: 'received',
      headers: {},
      event: one.event,
      receivedAt: NOW.toISOString(),
      deliveryId: expect.stringMatching(/^sweep-[0-9a-f]{32}$/),
    });
    expect(JSON.parse(String((delivery as { raw: Buffer }).raw))).toEqual(one.event);
    expect(delivery).toHaveProperty('priority', 1);
  });

  test('has the same id whenever it is found, and another change another one', () => {
    const idOf = (one: SweepFind) => (judge(one) as { deliveryId: string }).deliveryId;

    expect(idOf(find({ comment: { id: '7', text: 'as it is now' } }))).toBe(idOf(find()));
    expect(idOf(find({ changeKey: 'jira:10001:comment:8:created' }))).not.toBe(idOf(find()));
  });

  test('is never too old: an outage may be long', () => {
    expect(judge(find({ occurredAt: '2020-01-01T00:00:00.000Z' }), { eventMaxAgeMs: 1 })).toMatchObject({
      status: 'received',
    });
  });

  test.each<[string, SweepFind, RegExp]>([
    ['the agent did itself, by any of its names', find({}, ['other', 'agent']), /own event/],
    ['is an effect of the agent', find({ comment: { id: 'ours', text: '' } }), /effect of ours/],
    ['comes from another site', find({ tenant: 'other.atlassian.net' }), /another site/],
    ['belongs to no team', find({ project: 'SHOP' }), /SHOP belongs to no team/],
  ])('that %s is refused, as a webhook of it would be', (_name, one, reason) => {
    const base = testConfig(folder);
    const config = {
      jira: { ...base.jira, sandboxed: false, baseUrl: 'https://acme.atlassian.net' },
      file: {
        ...base.file,
        teams: [PAYMENTS],
      },
    };

    expect(judge(find(), config)).toMatchObject({ status: 'received' });
    expect(judge(one, config)).toEqual({ refused: expect.stringMatching(reason) });
  });
});

test('which projects are ours is asked when something arrives: pm-agent.yaml may change', () => {
  const config = testConfig(folder);
  let { teams } = config.file;
  const nobody = { isOwn: () => false };
  const admission = createAdmission({ config, teams: () => teams, accounts: nobody, effects: nobody });
  const judgeNow = () => createFindJudge(admission, () => NOW)(find());
  const before = judgeNow();
  teams = [{ ...PAYMENTS, jiraProjects: ['WEB'] }];
  const elsewhere = judgeNow();
  teams = [{ ...PAYMENTS, jiraProjects: ['WEB', 'PAY'] }];

  expect([before, elsewhere, judgeNow()]).toEqual([
    expect.objectContaining({ status: 'received' }),
    { refused: expect.stringContaining('belongs to no team') },
    expect.objectContaining({ status: 'received' }),
  ]);
});
