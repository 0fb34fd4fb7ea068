/** A question to the model that waited: when it is asked anew, and when it goes on waiting. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TurnInput } from '../../src/activities/contract.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import { askedAnew } from '../../src/activities/turns/asked-anew.js';
import type { PmEvent } from '../../src/domain/event.js';
import { BUILT_IN_ROUTING } from '../../src/domain/which-model.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { createWorld, environment, type World } from './support/world.js';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');
const MINUTE = 60_000;

let world: World;
let contextHash: string;
let held: IntegrationError | null;
let waits: readonly PmEvent[];
let extra: Partial<ActivityDeps>;

beforeEach(async () => {
  held = null;
  waits = [];
  extra = {};
  world = createWorld({
    deps: {
      clock: () => new Date(NOW),
      modelHeldBack: () => held,
      waitingEvents: () => waits,
    },
  });
  contextHash = await readAt(NOW);
});
afterEach(() => world.dispose());

const readAt = (at: number) =>
  world.storeContext({
    facts: { issue: null, pullRequest: null, thread: null },
    items: [],
    omitted: [],
    readAt: new Date(at).toISOString(),
  });
const away = (fields: Partial<ConstructorParameters<typeof IntegrationError>[0]> = {}) =>
  new IntegrationError({
    service: 'claude',
    code: 'unavailable',
    message: 'claude does not answer',
    retryable: true,
    retryAfterMs: 10 * MINUTE,
    heldBack: true,
    ...fields,
  });

/** A question that was scheduled so long ago. */
function asking(
  scheduledMs: number,
  input: Partial<TurnInput> = {},
  { attempt = 30, fails = null }: { attempt?: number; fails?: Error | null } = {},
) {
  const given: TurnInput = { cycle: cycleInput(), contextHash, turns: [], mayAskAnew: true, ...input };
  const ask = askedAnew(
    { ...world.deps, ...extra },
    { keyOf: () => 'key', modelOf: () => 'claude-sonnet-5-5' },
    async () => {
      if (fails !== null) {
        throw fails;
      }
      return 'asked' as const;
    },
  );
  return environment(attempt, { scheduledTimestampMs: NOW - scheduledMs }).run(ask, given);
}
const turn = { reply: 'r', results: [], costUsd: 0 };

describe('out of date', () => {
  test('after five minutes of waiting, once the model can be asked', async () => {
    expect(await asking(5 * MINUTE)).toBe('asked');
    expect(await asking(5 * MINUTE + 1)).toMatchObject({ kind: 'anew' });
    expect(await asking(5 * MINUTE + 1, { turns: [turn] })).toMatchObject({ kind: 'anew' });

    held = away();

    expect(await asking(60 * MINUTE)).toBe('asked');
  });

  test('where no worker was there between the reading and the first question', async () => {
    contextHash = await readAt(NOW - 6 * MINUTE);

    expect(await asking(0)).toMatchObject({ kind: 'anew' });
    // A conversation may take longer than that without any wait.
    expect(await asking(0, { turns: [turn] })).toBe('asked');
  });

  test('what fails by itself is read anew once, so that its tries come to an end', async () => {
    const later = { cycle: { ...cycleInput(), round: 1 } };

    expect(await asking(6 * MINUTE)).toMatchObject({ kind: 'anew' });
    expect(await asking(6 * MINUTE, later, { attempt: 3 })).toBe('asked');
    expect(await asking(6 * MINUTE, later, { attempt: 2 })).toMatchObject({ kind: 'anew' });

    await world.mirror.recordWait('key');

    expect(await asking(6 * MINUTE, later)).toMatchObject({ kind: 'anew' });
  });

  test('a cycle from before it is asked as it stands', async () => {
    const { mayAskAnew: _, ...before } = { cycle: cycleInput(), contextHash, turns: [], mayAskAnew: true };
    const ask = askedAnew(
      world.deps,
      { keyOf: () => 'key', modelOf: () => 'm' },
      async () => 'asked' as const,
    );

    expect(await environment(30, { scheduledTimestampMs: 0 }).run(ask, before)).toBe('asked');
  });
});

describe('giving way', () => {
  const { comment: _, ...issue } = commentEvent();
  const raised: PmEvent = {
    ...issue,
    type: 'issue_updated',
    changes: [{ field: 'priority', from: 'Medium', to: 'Highest' }],
  };
  const talk = commentEvent();

  test('to what may be critical, once it waited for half a minute', async () => {
    waits = [talk, raised];

    expect(await asking(MINUTE, {}, { fails: away() })).toMatchObject({ kind: 'anew', givesWayMs: 30_000 });
    await expect(asking(10_000, {}, { fails: away() })).rejects.toThrow('does not answer');
  });

  test('to what a team calls critical, and not to what it does not', async () => {
    const routing = { ...BUILT_IN_ROUTING, criticalPriorities: ['Dringend'] };
    extra = { routing };
    waits = [raised];
    await expect(asking(MINUTE, {}, { fails: away() })).rejects.toThrow('does not answer');

    waits = [{ ...raised, changes: [{ field: 'priority', from: null, to: 'dringend' }] }];
    expect(await asking(MINUTE, {}, { fails: away() })).toMatchObject({ kind: 'anew' });
  });

  test('not to anything else, not where people wait themselves, and not because of a failure of its own', async () => {
    waits = [talk];
    await expect(asking(MINUTE, {}, { fails: away() })).rejects.toThrow('does not answer');

    waits = [raised];
    await expect(asking(MINUTE, { soon: true }, { fails: away() })).rejects.toThrow('does not answer');
    await expect(asking(MINUTE, {}, { fails: away({ heldBack: false }) })).rejects.toThrow('does not answer');
  });

  test('it looks each minute, however long a pause was asked for', async () => {
    await expect(asking(MINUTE, {}, { fails: away() })).rejects.toMatchObject({
      nextRetryDelay: MINUTE,
      nonRetryable: false,
      type: 'Integration.claude.unavailable',
    });
    await expect(asking(MINUTE, { soon: true }, { fails: away() })).rejects.toMatchObject({
      nextRetryDelay: 10 * MINUTE,
    });
  });

  test('where the inbox cannot be read it goes on waiting', async () => {
    await world.dispose();
    world = createWorld({
      deps: {
        clock: () => new Date(NOW),
        waitingEvents: () => {
          throw new Error('locked');
        },
      },
    });
    contextHash = await readAt(NOW);

    await expect(asking(MINUTE, {}, { fails: away() })).rejects.toThrow('does not answer');
  });
});
