/**
 * A try of the model that is lost without a word, after many that only waited, on a server that skips time: its heartbeat's
 * timeout is real, the waits are not.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { cycleInput } from '../support/builders.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openSkippingServer, type SkippingServer } from './support/skipping.js';

const WAITS = 12;
/** The heartbeat's timeout (20 s), and a rest that somebody who waits for an answer hardly sees. */
const SOON_MS = 60_000;

let server: SkippingServer;
beforeAll(async () => {
  server = await openSkippingServer();
}, 180_000);
afterAll(() => server?.env.teardown());

/** Waits, is lost, answers. `startedAt`: when each try began, by the server's clock. */
function losing(startedAt: number[]): FakeActivities {
  const { activities: usual } = fakeActivities(() => []);
  let found = (): void => undefined;
  const isFound = new Promise<void>((resolve) => {
    found = resolve;
  });
  return fakeActivities(() => [], {
    takeTurn: async (input) => {
      const { attempt } = Context.current().info;
      startedAt.push(await server.env.currentTimeMs());
      if (attempt <= WAITS) {
        throw ApplicationFailure.create({ message: 'others hold the budget', nextRetryDelay: 2_000 });
      }
      if (attempt === WAITS + 1) {
        await isFound;
      }
      found();
      return usual.takeTurn(input);
    },
  });
}

test('a turn that is lost after many waits is soon tried again: the waits before it are no reason to rest', async () => {
  const startedAt: number[] = [];
  const worker = await server.worker(`lost-${randomUUID()}`, losing(startedAt).activities);
  const input = cycleInput();

  await worker.runUntil(
    server.env.client.workflow.execute<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue: worker.options.taskQueue,
      workflowId: input.cycleId,
      args: [input],
    }),
  );

  const [lost = 0, next = 0] = startedAt.slice(WAITS);
  expect(startedAt).toHaveLength(WAITS + 2);
  expect(next - lost).toBeLessThan(SOON_MS);
});
