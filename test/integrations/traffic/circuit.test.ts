import { beforeEach, describe, expect, test } from '@jest/globals';
import { IntegrationError, isWait } from '../../../src/integrations/integration-error.js';
import { type Circuit, createCircuit, type Outage } from '../../../src/integrations/traffic/circuit.js';
import { createTraffic } from '../../../src/integrations/traffic/traffic.js';

let now: number;
let told: string[];
beforeEach(() => {
  now = 1_000;
  told = [];
});

function failure(code: string, retryAfterMs: number | null = null): IntegrationError {
  return new IntegrationError({
    service: 'jira',
    message: `it says ${code}`,
    code,
    retryable: false,
    retryAfterMs,
  });
}

function make(outage: Outage | null = null): Circuit {
  return createCircuit({
    outage,
    now: () => now,
    watch: { failing: ({ kind }) => told.push(`failing: ${kind}`), closed: () => told.push('closed') },
  });
}

function fail(circuit: Circuit, code: string, times: number): void {
  for (let n = 0; n < times; n++) {
    circuit.failed(failure(code), `thing ${n % 4}`);
  }
}

describe('a circuit', () => {
  test.each([
    ['auth', 'auth', 2],
    ['forbidden', 'forbidden', 5],
    ['unavailable', 'away', 5],
    ['network', 'away', 5],
    ['timeout', 'away', 5],
  ])('opens after %s in a row (as %s: %d)', (code, kind, times) => {
    const circuit = make();

    fail(circuit, code, times - 1);
    expect(circuit.admit()).toBeNull();
    circuit.failed(failure(code), 'the last');

    expect(circuit.admit()).toEqual({ outage: { kind, message: `it says ${code}` }, waitMs: 5_000 });
    expect(told).toEqual([`failing: ${kind}`]);
  });

  test('stays closed where anything is answered between', () => {
    const circuit = make();

    for (let n = 0; n < 20; n++) {
      fail(circuit, 'forbidden', 4);
      circuit.answered();
    }

    expect(circuit.admit()).toBeNull();
    expect(told).toEqual([]);
  });

  test.each(['forbidden', 'unavailable', 'timeout', 'network'])(
    'stays closed where one thing alone fails again and again (%s)',
    (code) => {
      const circuit = make();

      for (let n = 0; n < 100; n++) {
        circuit.failed(failure(code), 'PAY-1');
      }

      expect(circuit.admit()).toBeNull();
    },
  );

  test('lets one call try it when its time has come, and holds the others back meanwhile', () => {
    const circuit = make();
    fail(circuit, 'auth', 2);
    now += 5_000;

    expect([circuit.peek(), circuit.admit()]).toEqual([null, null]);
    expect(circuit.admit()).toMatchObject({ waitMs: 30_000 });
  });

  test('closes with the first answer, and says so once', () => {
    const circuit = make();
    fail(circuit, 'auth', 2);
    now += 5_000;
    circuit.admit();

    circuit.answered();
    circuit.answered();

    expect(circuit.admit()).toBeNull();
    expect(told).toEqual(['failing: auth', 'closed']);
  });

  test.each([
    ['auth', 2, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]],
    ['network', 5, [10_000, 20_000, 40_000, 60_000, 60_000]],
  ])('waits longer after each trial that ends in %s', (code, times, waits) => {
    const circuit = make();
    fail(circuit, code, times);

    const seen = waits.map(() => {
      now += circuit.peek()?.waitMs ?? 0;
      circuit.admit();
      circuit.failed(failure(code), 'thing');
      return circuit.peek()?.waitMs;
    });

    expect(seen).toEqual(waits);
  });

  test('is not kept open longer by calls that were sent before it opened', () => {
    const circuit = make();

    fail(circuit, 'auth', 12);

    expect(circuit.peek()).toMatchObject({ waitMs: 5_000 });
    expect(told).toEqual(['failing: auth']);
  });

  test.each([
    ['unavailable', 90_000, 90_000],
    ['unavailable', 1_000, 5_000],
    ['unavailable', 24 * 3_600_000, 2 * 3_600_000],
    ['unavailable', null, 5_000],
  ])(
    'is not tried before what a vendor asked for with %s (%p ms): %i',
    async (code, retryAfterMs, waitMs) => {
      const circuit = make();
      for (const place of ['a', 'b', 'c', 'd', 'e']) {
        circuit.failed(failure(code, retryAfterMs), place);
      }

      expect(circuit.peek()).toMatchObject({ waitMs });
    },
  );

  test('tries again where a trial never came to its end', () => {
    const circuit = make();
    fail(circuit, 'auth', 2);
    now += 5_000;
    circuit.admit();

    now += 30_000;

    expect(circuit.admit()).toBeNull();
  });

  test('that was open when the process before ended begins with a trial', () => {
    const circuit = make({ kind: 'auth', message: 'before' });

    expect(circuit.admit()).toBeNull();
    expect(circuit.admit()).toMatchObject({ outage: { message: 'before' } });
    circuit.answered();

    expect(told).toEqual(['closed']);
  });
});

describe('traffic with an open circuit', () => {
  const call = {
    sent: { service: 'jira', method: 'GET', path: '/rest/api/3/myself', write: false },
    resource: null,
  } as const;

  test('sends nothing, says why, and lets those that wait ask again soon', async () => {
    const traffic = createTraffic(
      { service: 'jira', reachOf: () => 'client' },
      { now: () => now, random: () => 0 },
    );
    const refused = () => Promise.reject(failure('auth'));
    await expect(traffic.pass(call, refused)).rejects.toMatchObject({ heldBack: false });
    await expect(traffic.pass(call, refused)).rejects.toMatchObject({ heldBack: false });

    const held = await traffic.pass(call, async () => 'sent').catch((error: unknown) => error);

    expect(held).toMatchObject({
      code: 'unavailable',
      heldBack: true,
      retryable: true,
      outcomeUnknown: false,
      retryAfterMs: 5_000,
      message:
        'jira refuses our credentials: GET /rest/api/3/myself was not sent and waits (last: it says auth)',
    });
    expect(traffic.heldBack(call)).toMatchObject({ heldBack: true });
  });

  test('makes waits of the refusals that opened it and keep it open, and of no other failure', async () => {
    const traffic = createTraffic({ service: 'jira', reachOf: () => 'client' }, { now: () => now });
    const endsIn = (code: string) => traffic.pass(call, () => Promise.reject(failure(code))).catch((e) => e);

    const [first, second] = [await endsIn('auth'), await endsIn('auth')];
    now += 5_000;
    const trial = await endsIn('auth');
    now += 10_000;
    const other = await endsIn('network');

    expect([first, second, trial, other].map(isWait)).toEqual([false, true, true, false]);
    expect(trial).toMatchObject({ code: 'auth', heldBack: false, message: failure('auth').message });
  });

  test.each(['not_found', 'invalid', 'conflict', 'rate_limit', 'bad_reply'])(
    'closes with an answer of kind %s',
    async (code) => {
      const traffic = createTraffic({ service: 'jira', reachOf: () => 'endpoint' }, { now: () => now });
      const endsIn = (how: string) =>
        expect(traffic.pass(call, () => Promise.reject(failure(how)))).rejects.toThrow();
      await endsIn('auth');
      await endsIn('auth');
      now += 5_000;

      await endsIn(code);

      expect(traffic.heldBack({ ...call, sent: { ...call.sent, path: '/other' } })).toBeNull();
    },
  );
});
