/** What waits for a person, over HTTP: listed until it is settled, or its event is tried again. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cycleListShape } from '../../src/api/views/cycle-view.js';
import type { ActionResult, CycleInput, CycleOutcome, CycleStatus } from '../../src/domain/cycle.js';
import { SETTLED_NOTE } from '../../src/domain/settlement.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const step = { name: 'execute', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
const actionOf = (cycleId: string) => planned(cycleId, 1, comment, { verdict: 'auto' });

/** A cycle that ended so, with one action where it came to one. */
async function ended(
  cycleId: string,
  end: {
    readonly status?: CycleStatus;
    readonly outcome?: CycleOutcome;
    readonly action?: ActionResult['status'];
  },
  input: Partial<CycleInput> = {},
): Promise<void> {
  const { status = 'completed', outcome = null, action } = end;
  const cycle = cycleInput({ cycleId, eventId: `evt-${cycleId}`, ...input });
  await api.mirror.startCycle(cycle, 'run-1');
  if (action !== undefined) {
    const one = actionOf(cycleId);
    await api.mirror.recordPlan({ cycleId, step, actions: [one] });
    const result = { status: action, remoteId: null, message: action };
    await api.mirror.recordResult({ cycleId, actionId: one.actionId, result, step });
  }
  await api.mirror.finishCycle({ cycle, status, outcome, summary: 'ended', error: null, runId: 'run-1' });
}

async function waiting(): Promise<readonly string[]> {
  const body: unknown = await (await fetch(`${api.url}/api/cycles?attention=true`)).json();
  return cycleListShape.parse(body).items.map(({ id }) => id);
}

test('what failed or is unknown is listed, and nothing else', async () => {
  await ended('cycle-1', { status: 'failed' });
  await ended('cycle-2', { outcome: 'failed', action: 'failed' });
  await ended('cycle-3', { outcome: 'unknown', action: 'unknown' });
  await ended('cycle-4', { outcome: 'acted', action: 'executed' });
  await ended('cycle-5', { status: 'cancelled' });

  expect((await waiting()).toSorted()).toEqual(['cycle-1', 'cycle-2', 'cycle-3']);
});

test('what a person settled as done is not listed any more; as not done, it waits to be tried again', async () => {
  await ended('cycle-1', { outcome: 'unknown', action: 'unknown' });
  await ended('cycle-2', { outcome: 'unknown', action: 'unknown' });

  const notes = (['done', 'not_done'] as const).map((found, n) => ({
    id: `note-${n}`,
    seq: n + 1,
    at: '2026-11-23T10:05:00.000Z',
    cycleId: `cycle-${n + 1}`,
    kind: SETTLED_NOTE,
    actor: 'user:lea',
    data: { actionId: actionOf(`cycle-${n + 1}`).actionId, found, by: 'lea', byName: 'Lea', why: null },
  }));
  await api.mirror.takeOverNotes(notes, builtInTerms);

  expect(await waiting()).toEqual(['cycle-2']);
});

test('an event that is tried again is told by its later cycle alone', async () => {
  const eventId = 'evt-1';
  await ended('cycle-1', { status: 'failed' }, { eventId });
  expect(await waiting()).toEqual(['cycle-1']);

  await new Promise((resolve) => setTimeout(resolve, 5));
  await ended('cycle-2', { outcome: 'acted', action: 'executed' }, { eventId });

  expect(await waiting()).toEqual([]);
});
