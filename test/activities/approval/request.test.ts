/** Who is asked and when who is told, as it is settled when the plan is made. */
import { describe, expect, test } from '@jest/globals';
import { momentsOf } from '../../../src/activities/approval/moments.js';
import type { Person } from '../../../src/domain/approval.js';
import type { Approvers, PolicyVerdict } from '../../../src/domain/policy.js';
import { requestersOf, requestParts } from '../../../src/domain/request-parts.js';
import type { WorkCalendar } from '../../../src/domain/work-calendar.js';
import { commentEvent, planned, transition } from '../../support/builders.js';
import { berlin } from '../../support/calendars.js';

const person = (id: string, roles: readonly string[] = []): Person => ({
  id,
  name: id,
  jira: `jira-${id}`,
  bitbucket: null,
  slack: null,
  roles,
});
const people = [person('ana', ['lead']), person('bo', ['lead']), person('cem'), person('ci', ['bot'])];
const HOUR = 3_600_000;
const team = {
  id: 'payments',
  jiraProjects: [],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: 'ana',
  backup: 'cem',
  calendar: berlin,
  rules: '',
};

function parts(
  approvers: Approvers,
  risk: 'G2' | 'G3' = 'G2',
  others: Partial<PolicyVerdict> = {},
  known: readonly Person[] = people,
) {
  const event = commentEvent({ actor: { id: 'jira-bo', name: 'Bo', isBot: false } });
  return requestParts(
    { verdict: 'ask', rule: 'r', approvers, ...others },
    risk,
    requestersOf([event], known),
    { people: known, team },
  );
}

describe('how many have to approve', () => {
  test.each<[string, Approvers, 'G2' | 'G3', readonly Person[], number | undefined]>([
    ['one for what can be taken back', { roles: ['lead'] }, 'G2', people, undefined],
    ['two for what is final, where two may', { roles: ['lead'] }, 'G3', people, 2],
    ['two for what is final, where any operator may and there are two people', {}, 'G3', people, 2],
    ['one for what is final, where only one may', { people: ['ana'] }, 'G3', people, undefined],
    ['one for what is final, where nobody is named at all', {}, 'G3', [], undefined],
    ['one where only bots are there besides', {}, 'G3', [person('ana'), person('ci', ['bot'])], undefined],
    [
      'one where whoever asked is the only other',
      { roles: ['lead'], notRequester: true },
      'G3',
      people,
      undefined,
    ],
    ['as many as the rule says', { roles: ['lead'], count: 1 }, 'G3', people, undefined],
    ['as many as the rule says, though nobody could', { people: ['ana'], count: 3 }, 'G2', people, 3],
  ])('%s', (_name, approvers, risk, known, needed) => {
    expect(parts(approvers, risk, {}, known).needed).toBe(needed);
  });
});

test('whoever asked for it may not decide where the rule says so', () => {
  const anybodyElse = parts({ notRequester: true });
  expect(anybodyElse).toMatchObject({ deciders: null, notBy: ['bo'] });
  // Whom a claimed name may mean, where the rule names nobody whose id it would have to be.
  expect(anybodyElse.signers?.bo).toContain('bo');
  expect(parts({ roles: ['lead'], notRequester: true }).signers).toBeUndefined();
  expect(parts({}).signers).toBeUndefined();
  expect(parts({}).notBy).toBeUndefined();
});

test("the team's lead and who comes after are asked second, unless they were first", () => {
  expect(parts({ people: ['bo'] }).backups).toEqual(['ana', 'cem']);
  expect(parts({ roles: ['lead'] }).backups).toEqual(['cem']);
  expect(parts({}).backups).toBeUndefined();
});

test('each step of an escalation is settled with it, in the words of pm-agent.yaml, and asks no one who asked for it', () => {
  const escalation = [
    { afterMs: HOUR, approvers: { people: ['cem'] } },
    { afterMs: 2 * HOUR, approvers: { roles: ['lead'] } },
    { afterMs: 3 * HOUR, approvers: { groups: ['nowhere'] } },
  ];

  expect(
    parts({ people: ['cem'], notRequester: true }, 'G2', { escalation, onExpiry: 'ask_again' }),
  ).toMatchObject({
    escalation: [
      { afterMs: HOUR, deciders: ['cem'] },
      { afterMs: 2 * HOUR, deciders: ['ana'] },
      { afterMs: 3 * HOUR, deciders: [] },
    ],
    onExpiry: 'ask_again',
    calendar: berlin,
  });
  expect(parts({}, 'G2', { onExpiry: 'drop' })).not.toHaveProperty('onExpiry');
});

test('nobody is named for what nobody is asked about', () => {
  expect(parts({ roles: ['lead'], count: 2 }, 'G3', { verdict: 'auto' })).toEqual({
    approvers: { roles: ['lead'], count: 2 },
    deciders: ['ana', 'bo'],
  });
});

describe('when who is told', () => {
  const ASKED = '2026-11-30T14:30:00.000Z';
  const moments = (
    waits: PolicyVerdict['waits'],
    calendar: WorkCalendar | null = null,
    deadline = '2026-12-02T00:00:00.000Z',
  ) =>
    momentsOf(
      {
        approvalId: 'ap',
        deadline,
        planned: planned('c', 1, transition, {
          ...(waits === undefined ? {} : { waits }),
          ...(calendar === null ? {} : { calendar }),
        }),
      },
      ASKED,
    );

  test('is after as long as the rule says, three times at most', () => {
    expect(moments({ remindAfterMs: HOUR, secondApproverAfterMs: 4 * HOUR })).toEqual({
      approvalId: 'ap',
      remindAt: ['2026-11-30T15:30:00.000Z', '2026-11-30T16:30:00.000Z', '2026-11-30T17:30:00.000Z'],
      secondAt: '2026-11-30T18:30:00.000Z',
    });
    expect(moments(undefined)).toEqual({ approvalId: 'ap', remindAt: [], secondAt: null });
  });

  test('is the next morning for what falls into quiet hours, and one reminder then is enough', () => {
    expect(moments({ remindAfterMs: HOUR, secondApproverAfterMs: 4 * HOUR }, berlin)).toEqual({
      approvalId: 'ap',
      remindAt: ['2026-11-30T15:30:00.000Z', '2026-12-01T08:00:00.000Z'],
      secondAt: '2026-12-01T08:00:00.000Z',
    });
  });

  test('is in working time for each step of an escalation, and never for one that asks nobody or comes too late', () => {
    const escalation = [
      { afterMs: HOUR, deciders: ['bo'] },
      { afterMs: 2 * HOUR, deciders: [] },
      { afterMs: 4 * HOUR, deciders: ['cem'] },
      { afterMs: 48 * HOUR, deciders: ['ana'] },
    ];
    const asked = { approvalId: 'ap', deadline: '2026-12-02T00:00:00.000Z' };

    expect(
      momentsOf({ ...asked, planned: planned('c', 1, transition, { escalation, calendar: berlin }) }, ASKED)
        .steps,
    ).toEqual([
      { at: '2026-11-30T15:30:00.000Z', people: ['bo'] },
      { at: '2026-12-01T08:00:00.000Z', people: ['cem'] },
    ]);
  });

  test('is never where it would come after the deadline', () => {
    expect(
      moments({ remindAfterMs: HOUR, secondApproverAfterMs: 4 * HOUR }, berlin, '2026-11-30T18:30:00.000Z'),
    ).toEqual({
      approvalId: 'ap',
      remindAt: ['2026-11-30T15:30:00.000Z'],
      secondAt: null,
    });
  });
});
