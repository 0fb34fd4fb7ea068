/**
 * The fifty bad inputs: each with the cases it stands for, what they are answered with and what they do to the rest,
 * over real sockets to a real API, inbox and mirror. A row that answers otherwise than one might expect says why.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROWS } from './rows/index.js';
import { sendInput } from './support/check-input.js';
import { checkStart } from './support/check-start.js';
import type { InputCase } from './support/row.js';
import { type WorldOptions, Worlds } from './support/world.js';

const PLAIN: WorldOptions = {};

test('all fifty are here, each once and with cases', () => {
  const numbers = ROWS.filter(({ cases }) => cases.length > 0).map(({ number }) => number);

  expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

/** Inputs that take ten seconds and more run beside everything else. */
const slow = new Map<InputCase, Promise<() => Promise<void>>>();
const slowWorlds = new Worlds();
beforeAll(() => {
  for (const { cases, world = PLAIN } of ROWS) {
    for (const input of cases) {
      if ('status' in input && input.slow === true) {
        const sent = slowWorlds
          .get(input.world ?? world, `slow ${slow.size}`)
          .then((own) => sendInput(input, own));
        sent.catch(() => undefined);
        slow.set(input, sent);
      }
    }
  }
});
afterAll(() => slowWorlds.close());

describe.each(ROWS.map((row) => [`${row.number}. ${row.words}`, row] as const))('%s', (_words, row) => {
  const worlds = new Worlds();
  afterAll(() => worlds.close());

  test.each(row.cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    if ('env' in one) {
      checkStart(one);
      return;
    }
    const check =
      (await slow.get(one)) ??
      (await sendInput(one, await worlds.get(one.world ?? row.world ?? PLAIN, one.door?.name ?? '')));
    await check();
  });
});
