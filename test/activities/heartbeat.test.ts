import { expect, test } from '@jest/globals';
import { withHeartbeat } from '../../src/activities/heartbeat.js';
import { eventually } from '../support/eventually.js';
import { environment } from './support/world.js';

test('work that takes its time beats until it ends and no longer', async () => {
  const env = environment();
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  let finish = (_value: string): void => undefined;
  const work = new Promise<string>((done) => (finish = done));

  const running = env.run(() => withHeartbeat(5, () => work));
  await eventually(async () => expect(beats).toBeGreaterThan(3));
  finish('result');

  await expect(running).resolves.toBe('result');
  const atEnd = beats;
  await new Promise((later) => setTimeout(later, 25));
  expect(beats).toBe(atEnd);
});

test('work that fails is heard with its own error', async () => {
  const failing = () => withHeartbeat(5, () => Promise.reject(new Error('the real one')));

  await expect(environment().run(failing)).rejects.toThrow('the real one');
});
