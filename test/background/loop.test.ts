import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createLoop } from '../../src/background/loop.js';
import { eventually, onTestEnd } from '../inbox/support.js';

const HOUR_MS = 3_600_000;

/** A loop whose work waits until it is let go. */
function loopBench(pauseMs = HOUR_MS) {
  let running = 0;
  let most = 0;
  let runs = 0;
  let letGo: () => void = () => undefined;
  const loop = createLoop(
    async () => {
      running += 1;
      most = Math.max(most, running);
      runs += 1;
      await new Promise<void>((done) => {
        letGo = done;
      });
      running -= 1;
    },
    { pauseMs: () => pauseMs, restMs: 1 },
  );
  onTestEnd(async () => {
    const stopped = loop.stop();
    letGo();
    await stopped;
  });
  return { loop, runs: () => runs, most: () => most, letGo: () => letGo() };
}

test('a kick while it works makes it work once more afterwards, never twice at once', async () => {
  const { loop, runs, most, letGo } = loopBench();
  loop.kick();
  loop.kick();
  loop.kick();
  expect(runs()).toBe(1);

  letGo();

  await eventually(() => runs() === 2);
  letGo();
  await sleep(30);
  expect(runs()).toBe(2);
  expect(most()).toBe(1);
});

test('it works within the time that was asked for, before its pause is over', async () => {
  const { loop, runs, letGo } = loopBench();
  loop.kick();
  letGo();
  await sleep(10);

  loop.within(HOUR_MS / 2);
  loop.within(40);

  expect(runs()).toBe(1);
  await eventually(() => runs() === 2);
});

test('what was asked for while it works is kept', async () => {
  const { loop, runs, letGo } = loopBench();
  loop.kick();
  loop.within(20);

  letGo();

  await eventually(() => runs() === 2);
});

test('stopped, it waits for what is under way and does nothing more', async () => {
  const { loop, runs, letGo } = loopBench(1);
  loop.kick();
  const stopped = loop.stop();
  loop.kick();

  letGo();
  await stopped;
  await sleep(20);

  expect(runs()).toBe(1);
});
