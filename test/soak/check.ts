/** The invariants after a soak, read from outside: the API, and what the simulated Jira really received and holds. */
import { eventually } from '../support/eventually.js';
import type { Stack } from '../support/stack.js';
import type { AcceptedEvent } from './sender.js';

const ENDED = new Set(['completed', 'coalesced']);
const DRAIN_MS = 120_000;

interface CycleView {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly actions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly result: { readonly remoteId?: string } | null;
  }[];
}

/** What does not hold, in words; empty when all holds. */
export async function checkOutcome(
  stack: Stack,
  events: readonly AcceptedEvent[],
): Promise<readonly string[]> {
  const cycles = await drained(stack, events);
  const open = cycles
    .filter((cycle) => !ENDED.has(cycle.status))
    .map((cycle) => `${cycle.id} ended as ${cycle.status}`);
  const effects = cycles.flatMap((cycle) => cycle.actions).filter((action) => action.kind === 'jira.comment');
  const bad = effects
    .filter((action) => action.status !== 'executed')
    .map((action) => `${action.id} is ${action.status}`);
  const standing = await commentsByAction(stack);
  const counts = effects.map((action) => ({ id: action.id, count: standing.get(action.id) ?? 0 }));
  const lost = counts
    .filter(({ count }) => count === 0)
    .map(({ id }) => `${id} was executed, and no comment stands`);
  const doubled = counts
    .filter(({ count }) => count > 1)
    .map(({ id, count }) => `${id}: ${count} comments stand`);
  const chain = await json<{ ok: boolean; rows: number }>(`${stack.api}/api/audit/verify`);
  const broken = chain.ok ? [] : [`the audit chain is broken: ${JSON.stringify(chain)}`];
  console.log(`${cycles.length} cycles ended, ${effects.length} comments, audit chain of ${chain.rows} rows`);
  const silent = effects.length === 0 ? ['no cycle acted: the run proves nothing'] : [];
  return [...open, ...bad, ...lost, ...doubled, ...broken, ...silent];
}

async function drained(stack: Stack, events: readonly AcceptedEvent[]): Promise<readonly CycleView[]> {
  const views = new Map<string, CycleView>();
  await eventually(
    async () => {
      for (const { cycleId } of events.filter(
        (event) => !ENDED.has(views.get(event.cycleId)?.status ?? ''),
      )) {
        views.set(cycleId, await json<CycleView>(`${stack.api}/api/cycles/${encodeURIComponent(cycleId)}`));
      }
      const waiting = [...views.values()].filter(
        (view) => view.status === 'queued' || view.status === 'running',
      );
      if (waiting.length > 0) {
        throw new Error(`${waiting.length} cycles still go on`);
      }
    },
    DRAIN_MS,
    500,
  ).catch((error: unknown) => console.error(String(error)));
  return [...views.values()];
}

/** How many comments carry each action's marker, counted over the writes that the simulated Jira applied. */
async function commentsByAction(stack: Stack): Promise<ReadonlyMap<string, number>> {
  const state = JSON.stringify(await json<unknown>(`${stack.sandbox}/_state`));
  const counts = new Map<string, number>();
  for (const [, actionId] of state.matchAll(/"actionId":"([^"]+)"/g)) {
    counts.set(String(actionId), (counts.get(String(actionId)) ?? 0) + 1);
  }
  return counts;
}

async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status}`);
  }
  return (await answer.json()) as T;
}
