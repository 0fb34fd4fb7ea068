/** What the clock alone brought is posted when its team works; what was decided meanwhile is not posted at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { office } from '../support/calendars.js';
import { eventually } from '../support/eventually.js';
import { ANA, type Asked, type CardWorld, startCardWorld } from './support.js';

/** A Monday. */
const BY_DAY = Date.parse('2026-11-30T15:00:00Z');
const HOUR = 3_600_000;

let world: CardWorld;
let asked: Asked;

beforeEach(async () => {
  world = await startCardWorld();
  world.move(BY_DAY - Date.now());
  asked = await world.ask({ planned: { calendar: office, deciders: [ANA.id] } });
  world.start();
  await eventually(async () => expect(await texts()).toHaveLength(1));
});
afterEach(() => world.close());

/** Where, and how it begins. */
async function texts(): Promise<readonly string[]> {
  return (await world.posted()).map(({ channel, text }) => `${channel}: ${/^\W*(\w+)/.exec(text)?.[1]}`);
}

/** At eight in the evening it is brought to mind, and somebody else is asked. */
async function secondApproverAtNight(): Promise<void> {
  const { approvalId, cycleId, planned } = asked;
  world.move(5 * HOUR);
  await world.mirror.noteApproval({
    cycleId,
    state: {
      approvalId,
      actionId: planned.actionId,
      hash: planned.hash,
      status: 'pending',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
    },
    planned,
    deadline: '2026-12-02T10:00:00.000Z',
    also: ['bo'],
    what: 'second_approver',
    by: null,
    data: {},
    key: `${approvalId}/1`,
    tell: { places: ['U0BO'], hasLongWords: false },
  });
}

/** The loop looks at once where it is started. */
async function morning(): Promise<void> {
  await world.stop();
  world.move(13 * HOUR);
  world.start();
}

test('at night the card is rewritten in silence, and posts wait for the morning', async () => {
  await secondApproverAtNight();
  await eventually(async () => expect(await world.calls('chat.update')).toBe(1));
  await sleep(300);
  expect(await texts()).toEqual(['C0PAY: Approval']);

  await morning();

  await eventually(async () =>
    expect((await texts()).toSorted()).toEqual(['C0PAY: Approval', 'C0PAY: Still', 'D0BO: Approval']),
  );
});

test('what was decided at night is told at once, and nobody is asked about it in the morning', async () => {
  await secondApproverAtNight();
  await world.settle(asked, 'approved', { id: ANA.id, name: ANA.name, channel: 'slack' });
  await eventually(async () => expect(await texts()).toHaveLength(2));

  await morning();

  const ends = () => world.reader.cardsOf(asked.approvalId).map(({ place, ended }) => [place, ended]);
  await eventually(async () => expect(ends()).toContainEqual(['U0BO', 'decided before it was posted']));
  await eventually(async () => expect(await world.mirror.cards.nextAt()).toBeNull());
  expect(await texts()).toEqual(['C0PAY: Approved', 'C0PAY: Approved']);
});

test('that it expired at night stands on the card at once, and in its thread in the morning', async () => {
  world.move(5 * HOUR);
  await world.settle(asked, 'expired');
  await eventually(async () => expect(await texts()).toEqual(['C0PAY: Expired']));
  await sleep(300);
  expect(await world.calls('chat.postMessage')).toBe(1);

  await morning();

  await eventually(async () => expect(await texts()).toEqual(['C0PAY: Expired', 'C0PAY: Expired']));
});
