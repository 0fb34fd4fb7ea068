/** A cycle as the mirror holds it: what was asked, decided and judged. */
import type { Action } from '../domain/action.js';
import type { Decision } from '../domain/decision.js';
import type { PmEvent } from '../domain/event.js';
import type { TrialProposal } from '../domain/trial.js';
import { callsOf } from './recorded-calls.js';
import { recordedRoute } from './recorded-route.js';
import type { ActionsTable } from './schema.js';
import type { RecordedCycle } from './trials.js';
import type { Writing } from './writing.js';

interface Received {
  readonly event: PmEvent;
  readonly alsoAnswers: readonly string[];
  readonly newerAnswered?: string | null;
}

interface Gathered {
  readonly contextHash: string;
}

interface Made {
  readonly decision: Decision;
  readonly failure: string | null;
}

/** Null for a cycle that is not there. */
export async function recordedCycle(writing: Writing, cycleId: string): Promise<RecordedCycle | null> {
  const { db } = writing;
  const cycle = await db.selectFrom('cycles').selectAll().where('id', '=', cycleId).executeTakeFirst();
  if (cycle === undefined) {
    return null;
  }
  const received = await entryOf<Received>(writing, cycleId, 'event.received');
  const gathered = await entryOf<Gathered>(writing, cycleId, 'context.gathered');
  const made = await entryOf<Made>(writing, cycleId, 'decision.made');
  return {
    cycleId,
    title: cycle.title ?? cycle.subject,
    subject: cycle.subject,
    eventType: cycle.event_type,
    contextHash: gathered?.contextHash ?? cycle.context_hash,
    event: received?.event ?? null,
    alsoAnswers: await eventsOf(writing, received?.alsoAnswers ?? []),
    newerAnswered: received?.newerAnswered ?? null,
    decision: made?.decision ?? null,
    failure: made?.failure ?? null,
    proposals: await proposalsOf(writing, cycleId),
    route: await recordedRoute(writing, cycleId),
    ...(await callsOf(writing, cycleId)),
    tools: await toolsOf(writing, cycleId),
  };
}

/** The latest entry of its kind: a step that was made again stands last. Null where there is none, or its data was erased. */
async function entryOf<T>({ db }: Writing, cycleId: string, kind: string): Promise<T | null> {
  const row = await db
    .selectFrom('audit_log')
    .select('data')
    .where('cycle_id', '=', cycleId)
    .where('kind', '=', kind)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row?.data === undefined || row.data === null ? null : (JSON.parse(row.data) as T);
}

/** Events that folded into a cycle have cycles of their own, which say what arrived. */
async function eventsOf(writing: Writing, eventIds: readonly string[]): Promise<readonly PmEvent[]> {
  const events: PmEvent[] = [];
  for (const eventId of eventIds) {
    const row = await writing.db
      .selectFrom('cycles')
      .select('id')
      .where('event_id', '=', eventId)
      .executeTakeFirst();
    const received = row === undefined ? null : await entryOf<Received>(writing, row.id, 'event.received');
    if (received !== null) {
      events.push(received.event);
    }
  }
  return events;
}

/** What the model proposed: neither what code decided on nor what was taken back. */
async function proposalsOf(writing: Writing, cycleId: string): Promise<RecordedCycle['proposals']> {
  const rows = await writing.db
    .selectFrom('actions')
    .selectAll()
    .where('cycle_id', '=', cycleId)
    .where('undoes', 'is', null)
    .orderBy('seq')
    .execute();
  const judgements = await judgementsOf(writing, cycleId);
  return rows
    .filter(({ id }) => id.startsWith(`${cycleId}.a`))
    .map((row) => {
      const { kind, target } = row;
      const judged = judgements.get(row.id) ?? asItStands(row);
      const { payload, verdict, rule, risk, refusal } = judged;
      const action = { kind, payload } as Action;
      return { kind, target, payload, verdict, rule, risk, refusal, action };
    });
}

type Judged = Pick<TrialProposal, 'verdict' | 'rule' | 'risk' | 'refusal'> & Pick<Action, 'payload'>;

/** By action: a person's edit changes the row, and may bring it under another rule; the first judgement stays in the log. */
async function judgementsOf({ db }: Writing, cycleId: string): Promise<ReadonlyMap<string, Judged>> {
  const rows = await db
    .selectFrom('audit_log')
    .select('data')
    .where('cycle_id', '=', cycleId)
    .where('kind', '=', 'policy.judged')
    .orderBy('seq', 'desc')
    .execute();
  return new Map(
    rows.flatMap(({ data }) => {
      const judged = data === null ? null : (JSON.parse(data) as Judged & { readonly actionId: string });
      return judged === null ? [] : [[judged.actionId, judged] as const];
    }),
  );
}

function asItStands(row: ActionsTable): Judged {
  const { verdict, rule, risk } = row;
  return {
    payload: JSON.parse(row.payload) as Action['payload'],
    verdict,
    rule,
    risk,
    refusal: refusalOf(row),
  };
}

/** A refusal by code is recorded as the result of an action that was never carried out. */
function refusalOf({ status, verdict, result }: ActionsTable): string | null {
  if (status !== 'denied' || result === null) {
    return null;
  }
  const { message = verdict } = JSON.parse(result) as { readonly message?: string };
  return message;
}

async function toolsOf({ db }: Writing, cycleId: string): Promise<RecordedCycle['tools']> {
  const rows = await db
    .selectFrom('audit_log')
    .select('data')
    .where('cycle_id', '=', cycleId)
    .where('kind', '=', 'tool.used')
    .orderBy('seq')
    .execute();
  return rows.flatMap(({ data }) =>
    data === null ? [] : [JSON.parse(data) as RecordedCycle['tools'][number]],
  );
}
