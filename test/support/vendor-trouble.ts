/** Trouble at the simulated vendors, and what came of it there: for tests that run the product's processes one by one. */
import { Client, Connection } from '@temporalio/client';
import { eventually } from './eventually.js';
import type { Parts } from './parts.js';

/** The simulated vendors' address. */
type Sandbox = Pick<Parts, 'sandbox'>;

export type PlayedVendor = 'jira' | 'bitbucket' | 'slack' | 'anthropic';

/** As `POST /_faults` takes it; strikes once where `times` is left out. */
export interface Trouble {
  readonly vendor: PlayedVendor;
  readonly match?: string;
  readonly kind:
    | 'status'
    | 'delay'
    | 'cut_before'
    | 'cut_after'
    | 'rate_limit'
    | 'expired_token'
    | 'hide_markers'
    | 'lose_webhook';
  /** Of `rate_limit`: which of Jira's. */
  readonly limit?: 'issue' | 'burst' | 'quota';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ms?: number;
  readonly times?: number;
}

/** A call as a simulated vendor took it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly body: any;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface CycleView {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly summary: string;
  readonly actions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly target: string;
    readonly result: { readonly message: string; readonly remoteId: string | null } | null;
  }[];
}

export async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  if (!answer.ok) {
    throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  }
  return (await answer.json()) as T;
}

function posting(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export async function makeTrouble(parts: Sandbox, ...troubles: readonly Trouble[]): Promise<void> {
  await json(`${parts.sandbox}/_faults`, posting(troubles));
}

export async function endTrouble(parts: Sandbox): Promise<void> {
  await json(`${parts.sandbox}/_faults`, { method: 'DELETE' });
}

/** Exact replies of the model; the first whose `match` is in the request answers. */
export async function scriptModel(
  parts: Sandbox,
  entries: readonly { readonly match?: string; readonly actions: readonly object[] }[],
): Promise<void> {
  const script = entries.map(({ match, actions }) => ({
    ...(match === undefined ? {} : { match }),
    reply: {
      summary: 'As scripted.',
      reasons: [{ text: 'It was asked.', evidence: ['event'] }],
      actions,
      uncertainty: null,
    },
  }));
  await json(`${parts.sandbox}/_claude/script`, posting(script));
}

/** The calls that came to a vendor, oldest first. @param match over `METHOD path` */
export async function callsTo(parts: Sandbox, vendor: PlayedVendor, match: RegExp): Promise<readonly Call[]> {
  const { items } = await json<{ items: Call[] }>(`${parts.sandbox}/_received?vendor=${vendor}`);
  return items.filter(({ method, path }) => match.test(`${method} ${path}`));
}

/** Waits until a cycle has ended. */
export function ended(parts: Parts, cycleId: string, withinMs = 60_000): Promise<CycleView> {
  return reached(parts, cycleId, ['completed', 'failed', 'cancelled', 'coalesced'], withinMs);
}

export function reached(
  parts: Parts,
  cycleId: string,
  statuses: readonly string[],
  withinMs = 60_000,
): Promise<CycleView> {
  return eventually(
    async () => {
      const view = await json<CycleView>(`${parts.api}/api/cycles/${encodeURIComponent(cycleId)}`);
      if (!statuses.includes(view.status)) {
        throw new Error(`${cycleId} is ${view.status} (${view.summary}), not ${statuses.join(' or ')}`);
      }
      return view;
    },
    withinMs,
    100,
  );
}

export interface PendingActivity {
  readonly name: string;
  readonly attempt: number;
  readonly lastFailure: string;
  /** Does a worker hold it now? */
  readonly isRunning: boolean;
}

const STARTED = 2;

/** What Temporal shows of the activities that a cycle waits for. */
export async function pendingActivities(parts: Parts, cycleId: string): Promise<readonly PendingActivity[]> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    const { raw } = await new Client({ connection }).workflow.getHandle(cycleId).describe();
    return (raw.pendingActivities ?? []).map((activity) => ({
      name: activity.activityType?.name ?? '',
      attempt: activity.attempt ?? 0,
      lastFailure: activity.lastFailure?.message ?? '',
      isRunning: Number(activity.state) === STARTED,
    }));
  } finally {
    await connection.close();
  }
}
