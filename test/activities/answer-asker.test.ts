/** What whoever asked is told of something that came to nothing: in which words, where, and how often. */
import { afterEach, expect, test } from '@jest/globals';
import { type AskedEnd, WORDS_TO_ASKER } from '../../src/domain/asked-end.js';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';
import type { PmEvent } from '../../src/domain/event.js';
import { checkText } from '../../src/domain/output/check-text.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const ENDS = Object.keys(WORDS_TO_ASKER) as AskedEnd[];
const said = (text: string) => commentEvent({ comment: { id: '1', text } });

async function tell(
  event: PmEvent,
  end: AskedEnd,
  asked: number | null = 0,
  deps: WorldOptions['deps'] = {},
) {
  world = createWorld({ deps });
  const cycle = cycleInput({ event });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const answer = () => world.call('answerAsker', { cycle, asked, end });
  return { cycle, answer };
}

test.each(ENDS)('%s: says what happened and what to do, where it was asked', async (end) => {
  const { answer } = await tell(said('@PM Agent who has this?'), end);

  const planned = await answer();

  const text = WORDS_TO_ASKER[end];
  expect(planned).toMatchObject({
    action: { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: text } },
    verdict: 'auto',
    rule: 'asked and not answered',
    origin: 'asked',
    refusal: null,
  });
  expect(text).toMatch(/^I (cannot|have no answer)[^.]+[:.]/);
  expect(text).toMatch(/[Pp]lease (ask|put)/);
  expect(checkText(text, { linkHosts: [], mentions: [], secrets: [] })).toMatchObject({ text, takenOut: [] });
});

test('the retry of one that was written gets the same row, and there is one', async () => {
  const { cycle, answer } = await tell(commentEvent(), 'context_too_large');

  const [first, second] = [await answer(), await answer()];

  expect(second).toEqual(first);
  expect(world.reader.getCycle(cycle.cycleId)?.actions.map(({ id }) => id)).toEqual([`${cycle.cycleId}.m2`]);
});

test.each([
  ['observe', 'never', 'asked and not answered (observes: jira.comment in PAY is at the level observe)'],
  ['propose', 'never', 'asked and not answered (suggests only: jira.comment in PAY is at the level propose)'],
  ['approve', 'auto', 'asked and not answered'],
  ['announce', 'auto', 'asked and not answered'],
] as const)('at the level %s, the word is %s', async (level, verdict, rule) => {
  const autonomy = { ...BUILT_IN_AUTONOMY, levels: [{ project: ['PAY'], level }] };
  const { answer } = await tell(said('@PM Agent who has this?'), 'context_too_large', 0, { autonomy });

  expect(await answer()).toMatchObject({ verdict, rule });
});

test('nobody who did not ask is told', async () => {
  const { answer } = await tell(said('who has this?'), 'cycle_failed', null);

  expect(await answer()).toBeNull();
});

test('where nothing was read, the agent’s name counts', async () => {
  const { answer } = await tell(said('@PM Agent who has this?'), 'cycle_failed', null);

  expect(await answer()).toMatchObject({ action: { kind: 'jira.comment' } });
});

test('a cycle that failed before it had a row is told of all the same', async () => {
  world = createWorld();
  const cycle = cycleInput({ event: said('@PM Agent who has this?') });

  const planned = await world.call('answerAsker', { cycle, asked: null, end: 'cycle_failed' });

  expect(planned).toMatchObject({ action: { kind: 'jira.comment' } });
  expect(world.reader.getCycle(cycle.cycleId)?.actions).toHaveLength(1);
});

test('a cycle that failed waits for no pause with its word: it holds the lane', async () => {
  const paused = { by: 'ana', at: '2026-03-02T09:00:00.000Z', reason: null } as never;
  const { answer } = await tell(said('@PM Agent who has this?'), 'cycle_failed', null, {
    pause: () => paused,
  });

  expect(await answer()).toBeNull();
});

test.each([
  ['each other', 'who has this?', false],
  ['the agent', '@PM Agent who has this?', true],
])('in a thread where it once took part, people who talk to %s', async (_whom, text, isTold) => {
  const event: PmEvent = {
    source: 'slack',
    type: 'thread_message',
    tenant: 'T0ACMECORP',
    subject: 'slack:C0PAY/1700000000.000100',
    project: 'C0PAY',
    changeKey: null,
    occurredAt: '2026-11-23T10:00:00.000Z',
    actor: { id: 'U0ANA', name: 'Ana Lindqvist', isBot: false },
    channel: 'C0PAY',
    threadTs: '1700000000.000100',
    ts: '1700000001.000100',
    text,
  };
  const { answer } = await tell(event, 'refusal');

  expect((await answer()) !== null).toBe(isTold);
});

test('the limit of the subject holds it, so that two bots cannot keep each other talking', async () => {
  world = createWorld({
    jira: { findCommentByAction: () => null, addComment: () => '50001' },
    deps: { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 1, modelTurns: 4 } },
  });
  const ask = async () => {
    const cycle = cycleInput();
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const planned = await world.call('answerAsker', { cycle, asked: 0, end: 'refusal' });
    return planned === null ? null : world.call('executeAction', { cycle, planned });
  };

  expect(await ask()).toMatchObject({ status: 'executed' });
  expect(await ask()).toMatchObject({ status: 'denied', message: expect.stringMatching(/breaker is open/) });
});
