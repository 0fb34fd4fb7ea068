import { afterEach, describe, expect, test } from '@jest/globals';
import type { CycleInput, GatherResult } from '../../../src/domain/cycle.js';
import type { PmEvent } from '../../../src/domain/event.js';
import { commentEvent, cycleInput } from '../../support/builders.js';
import { bo, jiraIssue, transitions } from '../support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';
import { prComment, slackMessage } from './events.js';

let world: World;
afterEach(() => world.dispose());

const readable: WorldOptions = {
  jira: { getIssue: () => jiraIssue(), getTransitions: () => transitions, assignableUsers: () => [bo] },
};

let comments = 30_000;
/** A comment on PAY-1, said in this minute after ten. */
function says(text: string, minute = 0, overrides: Partial<PmEvent> = {}): PmEvent {
  return {
    ...commentEvent({
      comment: { id: String((comments += 1)), text },
      occurredAt: `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000Z`,
    }),
    ...overrides,
  } as PmEvent;
}

async function gather(
  event: PmEvent,
  older: readonly PmEvent[] = [],
): Promise<GatherResult & { cycle: CycleInput }> {
  const cycle = cycleInput({
    event,
    alsoAnswers: older.map((one, index) => ({ eventId: `evt_older_${index}`, event: one })),
  });
  return { ...(await world.call('gatherContext', cycle)), cycle };
}

function wordsOf({ actions = [] }: GatherResult): readonly unknown[] {
  return actions.map(({ action }) => action.payload);
}

const MUTED = 'I am muted here and stay quiet until somebody asks me to `unmute`.';

describe('@PM Agent mute', () => {
  test.each<[string, PmEvent, unknown, string]>([
    [
      'on an issue',
      commentEvent({ comment: { id: '1', text: '@PM Agent mute' } }),
      { issueKey: 'PAY-1', body: MUTED },
      'Ana Lindqvist',
    ],
    [
      'on an issue that the event names by its id only',
      commentEvent({
        issue: { id: '10001', key: null, summary: null },
        comment: { id: '1', text: '@jira-agent mute' },
      }),
      { issueKey: '10001', body: MUTED },
      'Ana Lindqvist',
    ],
    [
      'on a pull request',
      prComment({ comment: { id: '1', text: '@PM Agent mute' } }),
      { repository: 'acme/pay-api', pullRequestId: 7, body: MUTED },
      'Bo Chen',
    ],
    [
      'in a thread',
      slackMessage({ text: '<@UAGENT> mute' }),
      { channel: 'C0PAY', threadTs: '1700000000.000100', text: MUTED },
      'Ana Lindqvist',
    ],
    [
      'in a thread of ours, without a mention',
      slackMessage({ type: 'thread_message', text: 'mute please' }),
      { channel: 'C0PAY', threadTs: '1700000000.000100', text: MUTED },
      'Ana Lindqvist',
    ],
  ])('%s is obeyed and acknowledged there, without a model', async (_where, event, words, by) => {
    const lead = {
      id: 'lead-1',
      name: 'Ana Lindqvist',
      jira: null,
      bitbucket: null,
      slack: 'UANA',
      roles: [],
    };
    world = createWorld({ deps: { people: [lead] } });

    const result = await gather(event);

    expect(result.nothingToDo).toBe(`muted by ${by} since 2026-11-23T10:00:00.000Z`);
    expect(result.actions).toMatchObject([
      {
        actionId: `${result.cycle.cycleId}.m1`,
        action: { payload: words },
        verdict: 'auto',
        origin: 'command',
        rule: 'acknowledge mute and unmute',
        refusal: null,
      },
    ]);
    expect(world.reader.getCycle(result.cycle.cycleId)?.actions).toMatchObject([
      { id: `${result.cycle.cycleId}.m1`, status: 'proposed', seq: 0 },
    ]);
    expect(world.auditKinds(result.cycle.cycleId)).toEqual([
      'event.received',
      'mute.obeyed',
      'policy.judged',
      'context.gathered',
    ]);
  });

  test('said again while it is muted changes nothing and is not talked about', async () => {
    world = createWorld();
    await gather(says('@PM Agent mute', 1));

    const again = await gather(says('@PM Agent mute', 2));

    expect(again.nothingToDo).toBe('muted by Ana Lindqvist since 2026-11-23T10:01:00.000Z');
    expect(again.actions).toBeUndefined();
  });

  test('asked for again by a retry has the same acknowledgement, once in the ledger', async () => {
    world = createWorld();
    const event = says('@PM Agent mute');
    const first = await gather(event);

    const second = await world.call('gatherContext', first.cycle, { attempt: 2 });

    expect(second.actions).toEqual(first.actions);
    expect(world.reader.getCycle(first.cycle.cycleId)?.actions).toHaveLength(1);
  });

  test('is not acknowledged where the policy never lets the agent write', async () => {
    const policy = {
      version: 'v',
      default: 'auto',
      deadlineMs: null,
      rules: [{ name: 'hands off PAY', when: { project: ['PAY'] }, verdict: 'never' }],
    } as const;
    world = createWorld({ deps: { policy } });

    const result = await gather(says('@PM Agent mute'));

    expect(result.nothingToDo).toContain('muted by Ana');
    expect(result.actions).toMatchObject([{ verdict: 'never', rule: 'hands off PAY' }]);
  });

  test('needs nobody’s approval where the policy asks about everything', async () => {
    world = createWorld({ deps: { policy: { version: 'v', default: 'ask', deadlineMs: null, rules: [] } } });

    expect((await gather(says('@PM Agent mute'))).actions).toMatchObject([{ verdict: 'auto' }]);
  });
});

describe('while it is muted', () => {
  test.each<[string, PmEvent]>([
    ['a question', says('@PM Agent what is the status?', 5)],
    ['a change', { ...says('', 5), type: 'issue_updated', changes: [] } as PmEvent],
  ])('%s reads nothing and asks nobody', async (_what, event) => {
    world = createWorld();
    await gather(says('@PM Agent mute', 1));
    const calls = world.jira.calls().filter((call) => call !== 'actionsOfComments').length;

    const result = await gather(event);

    expect(result.nothingToDo).toBe('muted by Ana Lindqvist since 2026-11-23T10:01:00.000Z');
    expect(world.jira.calls().filter((call) => call !== 'actionsOfComments')).toHaveLength(calls);
  });

  test('another subject is answered: a muted issue’s pull request is not muted', async () => {
    world = createWorld(readable);
    await gather(says('@PM Agent mute', 1));

    expect((await gather(says('@PM Agent hello?', 2, { subject: 'jira:PAY-2' }))).nothingToDo).toBeNull();
  });
});

describe('@PM Agent unmute', () => {
  test('is obeyed, acknowledged, and the next question is answered', async () => {
    world = createWorld(readable);
    await gather(says('@PM Agent mute', 1));

    const unmuted = await gather(says('@PM Agent unmute', 2));

    expect(unmuted.nothingToDo).toBe('unmuted by Ana Lindqvist');
    expect(wordsOf(unmuted)).toEqual([{ issueKey: 'PAY-1', body: 'I am back here.' }]);
    expect((await gather(says('@PM Agent what is the status?', 3))).nothingToDo).toBeNull();
  });

  test('where nothing was muted says so', async () => {
    world = createWorld();

    const result = await gather(says('@PM Agent unmute'));

    expect(result.nothingToDo).toBe('unmute by Ana Lindqvist: it already was so');
    expect(wordsOf(result)).toEqual([{ issueKey: 'PAY-1', body: 'I was not muted here.' }]);
  });

  test('that was said before the mute and comes after it undoes nothing, silently', async () => {
    world = createWorld();
    await gather(says('@PM Agent mute', 5));

    const late = await gather(says('@PM Agent unmute', 4));

    expect(late.nothingToDo).toBe('muted by Ana Lindqvist since 2026-11-23T10:05:00.000Z');
    expect(late.actions).toBeUndefined();
  });
});

describe('several events that one cycle answers', () => {
  test('are obeyed in the order of their times, not of their arrival, and acknowledged once', async () => {
    world = createWorld();

    const result = await gather(says('@PM Agent unmute', 2), [
      says('@PM Agent mute', 3),
      says('@PM Agent mute', 1),
    ]);

    expect(result.nothingToDo).toBe('muted by Ana Lindqvist since 2026-11-23T10:03:00.000Z');
    expect(wordsOf(result)).toEqual([{ issueKey: 'PAY-1', body: MUTED }]);
    expect(world.auditKinds(result.cycle.cycleId).filter((kind) => kind.endsWith('mute.obeyed'))).toEqual([
      'mute.obeyed',
      'unmute.obeyed',
      'mute.obeyed',
    ]);
  });

  test('a question beside an unmute is answered after the acknowledgement', async () => {
    world = createWorld(readable);
    await gather(says('@PM Agent mute', 1));

    const result = await gather(says('@PM Agent unmute', 3), [says('@PM Agent what is the status?', 2)]);

    expect(result.nothingToDo).toBeNull();
    expect(wordsOf(result)).toEqual([{ issueKey: 'PAY-1', body: 'I am back here.' }]);
  });

  test('an event without a time counts as just received', async () => {
    world = createWorld();

    const result = await gather(says('@PM Agent unmute', 0), [
      says('@PM Agent mute', 0, { occurredAt: null }),
    ]);

    expect(result.nothingToDo).toBe(`muted by Ana Lindqvist since ${result.cycle.receivedAt}`);
  });
});

describe('who does not mute', () => {
  const echo = { id: '712020:echo', name: 'Echo', isBot: true };
  const service = { id: '712020:ci', name: 'CI', isBot: false };
  const ci = { id: 'ci', name: 'CI', jira: '712020:ci', bitbucket: null, slack: null, roles: ['bot'] };

  test.each<[string, PmEvent]>([
    ['a bot', says('@PM Agent mute', 0, { actor: echo })],
    ['an account that pm-agent.yaml calls a bot', says('@PM Agent mute', 0, { actor: service })],
    ['nobody', says('@PM Agent mute', 0, { actor: null })],
    ['whoever only talks about it', says('Write "@PM Agent mute" to make it quiet.')],
  ])('%s', async (_who, event) => {
    world = createWorld({ ...readable, deps: { people: [ci] } });

    const result = await gather(event);

    expect(result.actions).toBeUndefined();
    expect(await world.deps.mirror.muteOf('jira:PAY-1')).toBeNull();
  });

  test('who quotes it', async () => {
    world = createWorld();

    expect((await gather(says('> @PM Agent mute'))).nothingToDo).toContain('only quotes');
    expect(await world.deps.mirror.muteOf('jira:PAY-1')).toBeNull();
  });

  test('the agent itself', async () => {
    world = createWorld();
    const actor = { id: 'jira-agent', name: 'PM Agent', isBot: true };

    expect((await gather(says('@PM Agent mute', 0, { actor }))).nothingToDo).toContain('did this itself');
    expect(await world.deps.mirror.muteOf('jira:PAY-1')).toBeNull();
  });
});
