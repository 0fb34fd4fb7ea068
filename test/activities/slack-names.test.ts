/** Names of Slack's accounts: asked for once an hour at the most, and never waited for. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSlackNames, plainName } from '../../src/activities/gather/slack-names.js';
import { EVENT_NAME_LIMIT } from '../../src/domain/event.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import { ActivityEnvironment } from '../support/activity-environment.js';

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

function refusal(code: string, retryAfterMs: number | null = null): IntegrationError {
  const retryable = code === 'rate_limit' || code === 'unavailable';
  return new IntegrationError({ service: 'slack', message: code, code, retryable, retryAfterMs });
}

/** Slack as it answers from now on, and a clock that is set by hand. */
function playing(answer: string | Error) {
  const state = { answer, now: Date.parse('2026-11-23T10:00:00Z'), asked: [] as string[] };
  const userName = async (userId: string) => {
    state.asked.push(userId);
    if (state.answer instanceof Error) {
      throw state.answer;
    }
    return state.answer;
  };
  const names = createSlackNames({ slack: { userName }, clock: () => new Date(state.now) });
  const of = (userId: string) => new ActivityEnvironment().run(() => names.of(userId));
  return { state, of };
}

describe('a name', () => {
  test('is asked for once an hour', async () => {
    const { state, of } = playing('Ana Lindqvist');

    expect([await of('U0ANA'), await of('U0ANA')]).toEqual(['Ana Lindqvist', 'Ana Lindqvist']);
    expect(state.asked).toEqual(['U0ANA']);

    state.now += HOUR_MS;
    state.answer = 'Ana Berg';
    expect(await of('U0ANA')).toBe('Ana Berg');
  });

  test.each(['not_found', 'invalid'])(
    'of whom Slack does not tell (%s) is asked for no sooner',
    async (code) => {
      const { state, of } = playing(refusal(code));

      expect([await of('U0GONE'), await of('U0GONE')]).toEqual([null, null]);
      expect(state.asked).toEqual(['U0GONE']);
      state.answer = 'Bo Chen';
      expect(await of('U0BO')).toBe('Bo Chen');
    },
  );

  test.each([
    ['rate_limit', 30_000, 30_000],
    ['rate_limit', null, 5 * MINUTE_MS],
    ['unavailable', null, 5 * MINUTE_MS],
    ['forbidden', null, 5 * MINUTE_MS],
  ])('of nobody is asked for after a %s (retry-after %p ms) for %d ms', async (code, retryAfterMs, pause) => {
    const { state, of } = playing(refusal(code, retryAfterMs));

    expect(await of('U0ANA')).toBeNull();
    state.answer = 'Somebody';
    state.now += pause - 1;
    expect(await of('U0BO')).toBeNull();
    expect(state.asked).toEqual(['U0ANA']);

    state.now += 1;
    expect([await of('U0ANA'), await of('U0BO')]).toEqual(['Somebody', 'Somebody']);
  });

  test('that was known stays while Slack is away, however old it is', async () => {
    const { state, of } = playing('Ana Lindqvist');
    await of('U0ANA');
    state.now += 2 * HOUR_MS;
    state.answer = refusal('unavailable');

    expect([await of('U0ANA'), await of('U0ANA')]).toEqual(['Ana Lindqvist', 'Ana Lindqvist']);
    expect(state.asked).toHaveLength(2);
  });

  test('is not swallowed with a fault of ours', async () => {
    const { of } = playing(new Error('ours'));

    await expect(of('U0ANA')).rejects.toThrow('ours');
  });
});

test('a name stands on one line, holds no end of a mention, and is never long', () => {
  expect(plainName(' Ana>\n<!channel>  | Lindqvist ')).toBe('Ana !channel Lindqvist');
  expect(plainName(' \n<> ')).toBeNull();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const name = plainName(text) ?? 'x';
      expect(name).toMatch(/^[^<>|\s]/);
      expect(name).not.toMatch(/[<>|\n\r]/);
      expect(name.length).toBeLessThanOrEqual(EVENT_NAME_LIMIT);
      expect(plainName(name)).toBe(name);
    }),
  );
});
