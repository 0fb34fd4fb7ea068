/** Who has to go when memory for bodies is short. The same over real sockets stands in test/bad-inputs. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Arriving, type BodyRoom, createBodyRoom } from '../../../src/api/webhooks/body-room.js';

const LIMIT = 100;

let nowMs = 0;

interface TestBody extends Arriving {
  isGone: boolean;
}

function enter(room: BodyRoom, address: string): TestBody {
  const body: TestBody = {
    address,
    since: nowMs,
    held: 0,
    isGone: false,
    giveUp: () => {
      body.isGone = true;
      room.leave(body);
    },
  };
  room.enter(body);
  return body;
}

function start() {
  nowMs = 0;
  return createBodyRoom(LIMIT, () => nowMs);
}

describe('a body that does not fit', () => {
  test('alone goes itself, and its room is free again', () => {
    const room = start();
    const first = enter(room, 'a');
    expect(room.take(first, LIMIT)).toBe(true);
    expect(room.take(first, 1)).toBe(false);

    room.leave(first);

    expect(first.held).toBe(0);
    expect(room.take(enter(room, 'a'), LIMIT)).toBe(true);
  });

  test('beside older ones of its own address goes itself, until those had their time', () => {
    const room = start();
    const older = enter(room, 'a');
    room.take(older, LIMIT);
    nowMs = 2_999;
    const refused = enter(room, 'a');
    expect(room.take(refused, 1)).toBe(false);
    room.leave(refused);

    nowMs = 3_000;

    expect(room.take(enter(room, 'a'), 1)).toBe(true);
    expect(older.isGone).toBe(true);
  });

  test('of a lighter address is kept; the oldest of the heaviest goes', () => {
    const room = start();
    const heavy = [enter(room, 'a'), enter(room, 'a'), enter(room, 'b')];
    room.take(heavy[1]!, 30);
    room.take(heavy[0]!, 30);
    room.take(heavy[2]!, 40);

    expect(room.take(enter(room, 'c'), 20)).toBe(true);

    expect(heavy.map(({ isGone }) => isGone)).toEqual([true, false, false]);
  });

  test('takes nothing from an equal', () => {
    const room = start();
    const [mine, equal, lighter] = [enter(room, 'a'), enter(room, 'b'), enter(room, 'c')];
    room.take(mine, 33);
    room.take(equal, 34);
    room.take(lighter, 33);

    expect(room.take(mine, 1)).toBe(false);
    expect([equal.isGone, lighter.isGone]).toEqual([false, false]);
  });
});

test('whatever arrives: never more than the limit, and nobody loses who holds no more than an equal share', () => {
  const step = fc.record({
    address: fc.constantFrom('a', 'b', 'c', 'd'),
    which: fc.nat(5),
    bytes: fc.integer({ min: 1, max: 60 }),
    leaves: fc.boolean(),
    pause: fc.nat(1_500),
  });

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const room = start();
      let bodies: TestBody[] = [];
      const heldBy = (address: string) =>
        bodies.filter((body) => body.address === address).reduce((sum, { held }) => sum + held, 0);
      for (const { address, which, bytes, leaves, pause } of steps) {
        nowMs += pause;
        const own = bodies.filter((body) => body.address === address);
        const body = own[which] ?? enter(room, address);
        bodies = own[which] === undefined ? [...bodies, body] : bodies;
        const before = new Map(bodies.map((one) => [one.address, heldBy(one.address)]));
        before.set(address, (before.get(address) ?? 0) + bytes);
        const share = LIMIT / [...before.values()].filter((held) => held > 0).length;

        const fits = room.take(body, bytes);

        const losers = [...bodies.filter(({ isGone }) => isGone), ...(fits ? [] : [body])];
        for (const loser of losers) {
          expect(before.get(loser.address)).toBeGreaterThan(share);
        }
        if (!fits || leaves) {
          room.leave(body);
        }
        bodies = bodies.filter((one) => !losers.includes(one) && !(one === body && leaves));
        expect(bodies.reduce((sum, { held }) => sum + held, 0)).toBeLessThanOrEqual(LIMIT);
      }
    }),
  );
});
