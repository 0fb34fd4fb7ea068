/** A cycle's own row and its steps up to the plan. */

import { canonicalJson } from '../domain/canonical-json.js';
import { type CycleInput, type CycleOutcome, outcomeOf } from '../domain/cycle.js';
import { FIRST, insertAction } from './action-rows.js';
import { supersedePending } from './approval-records.js';
import { noteAnswered, noteDeclined } from './declined-records.js';
import { closeLeftUndone } from './left-undone.js';
import type { MirrorWriter } from './mirror.js';
import { audit, inTransaction, noteStep, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

/**
 * Row `running` and the entry that says what arrived. Idempotent within a run. A new run of the same cycle (Temporal lost
 * its store and the relay started it again) takes the row over, lane and fence included.
 */
export function startCycle(writing: Writing, input: CycleInput, runId: string): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    await insertCycle(trx, at, input, runId);
    await takeOver(trx, at, input, runId);
  });
}

/** Row `running` and the entry that says what arrived; nothing for a cycle that is there. */
export async function insertCycle(
  trx: Trx,
  at: string,
  input: CycleInput,
  runId: string,
  startedAt = at,
): Promise<void> {
  await trx
    .insertInto('cycles')
    .values({
      id: input.cycleId,
      event_id: input.eventId,
      source: input.event.source,
      event_type: input.event.type,
      subject: input.event.subject,
      project: input.event.project,
      status: 'running',
      outcome: null,
      summary: 'Gathering context',
      title: null,
      context_hash: null,
      lane: 'held',
      fence: input.fence,
      coalesced_into: input.coalescedInto,
      cost_usd: 0,
      received_at: input.receivedAt,
      started_at: startedAt,
      ended_at: null,
      run_id: runId,
      error: null,
      team: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await audit(trx, at, input.cycleId, 'event.received', {
    eventId: input.eventId,
    event: input.event,
    receivedAt: input.receivedAt,
    alsoAnswers: input.alsoAnswers.map((other) => other.eventId),
    ...((input.newerAnswered ?? null) === null ? {} : { newerAnswered: input.newerAnswered }),
    runId,
  });
}

/** A new run takes the row over. Requests that the lost run left open can be decided by nobody any more: it asks again. */
async function takeOver(trx: Trx, at: string, input: CycleInput, runId: string): Promise<void> {
  const taken = await trx
    .updateTable('cycles')
    .set({ run_id: runId, status: 'running', lane: 'held', fence: input.fence, ended_at: null })
    .where('id', '=', input.cycleId)
    .where('run_id', '!=', runId)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) === 0) {
    return;
  }
  await supersedePending(trx, at, input.cycleId, 'the workflow that asked was lost and started again');
}

export function recordGathered(writing: Writing, input: Args<'recordGathered'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    await noteStep(trx, at, input.cycleId, input.step);
    await trx
      .updateTable('cycles')
      .set({ title: input.title, context_hash: input.contextHash, summary: 'Reasoning' })
      .where('id', '=', input.cycleId)
      .execute();
    const gathered = {
      contextHash: input.contextHash,
      items: input.sources,
      nothingToDo: input.nothingToDo,
    };
    await audit(trx, at, input.cycleId, 'context.gathered', gathered, keyOf(input));
    const { flags = [] } = input;
    if (flags.length > 0) {
      await audit(trx, at, input.cycleId, 'event.flagged', { flags }, keyOf(input));
    }
  });
}

/** Each look at an event has entries of its own. */
function keyOf({ round = 0 }: { readonly round?: number }): { readonly key?: string } {
  return round === 0 ? {} : { key: `r${round}` };
}

export function recordDecision(writing: Writing, input: Args<'recordDecision'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    await noteStep(trx, at, input.cycleId, input.step, '', input.failure === null ? 'done' : 'failed');
    const { contextHash } = input;
    if (contextHash !== undefined) {
      await trx
        .updateTable('cycles')
        .set({ context_hash: contextHash })
        .where('id', '=', input.cycleId)
        .execute();
    }
    const made = {
      decision: input.decision,
      failure: input.failure,
      ...(contextHash === undefined ? {} : { contextHash }),
    };
    await audit(trx, at, input.cycleId, 'decision.made', made, keyOf(input));
    const { flags = [], round = 0 } = input;
    if (flags.length > 0) {
      await audit(trx, at, input.cycleId, 'event.flagged', { flags }, { key: `r${round}.read` });
    }
    if (input.declined !== undefined) {
      await noteDeclined(trx, at, input.cycleId, input.declined, keyOf(input));
    }
    if (input.failure === null) {
      await noteAnswered(trx, at, input.cycleId);
    }
  });
}

export function recordPlan(writing: Writing, input: Args<'recordPlan'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    await noteStep(trx, at, input.cycleId, input.step);
    await trx
      .updateTable('cycles')
      .set({ team: input.team ?? null })
      .where('id', '=', input.cycleId)
      .execute();
    for (const [index, planned] of input.actions.entries()) {
      await insertAction(trx, at, input.cycleId, index + 1, planned);
    }
    for (const { actionId, judgement } of input.judgements ?? []) {
      await trx
        .updateTable('actions')
        .set({ judged: canonicalJson(judgement) })
        .where('id', '=', actionId)
        .execute();
    }
  });
}

export function recordOwnAction(writing: Writing, input: Args<'recordOwnAction'>): Promise<void> {
  return inTransaction(writing, (trx) =>
    insertAction(trx, writing.now(), input.cycleId, FIRST, input.planned),
  );
}

/** The last row of a cycle. Also makes the row where the cycle had none (a coalesced event). */
export function finishCycle(writing: Writing, input: Args<'finishCycle'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { cycle, status, summary, error } = input;
    await insertCycle(trx, at, cycle, input.runId);
    await closeLeftUndone(trx, at, cycle.cycleId, summary, input.tellOfLeft);
    const outcome = await outcomeNow(trx, cycle.cycleId, input.outcome);
    await trx
      .updateTable('cycles')
      .set({ status, outcome, summary, error, lane: 'released', ended_at: at })
      .where('id', '=', cycle.cycleId)
      .where('ended_at', 'is', null)
      .execute();
    const detail = { status, outcome, summary, error };
    await noteStep(trx, at, cycle.cycleId, { name: 'record', attempt: 1, startedAt: at, detail });
    await audit(trx, at, cycle.cycleId, 'cycle.finished', { ...detail, coalescedInto: cycle.coalescedInto });
  });
}

/** Where an effect was under way the cycle's own word is `unknown`; of what was never sent it is known. */
async function outcomeNow(
  trx: Trx,
  cycleId: string,
  outcome: CycleOutcome | null,
): Promise<CycleOutcome | null> {
  if (outcome !== 'unknown') {
    return outcome;
  }
  const rows = await trx
    .selectFrom('actions')
    .select('status')
    .where('cycle_id', '=', cycleId)
    .where('undoes', 'is', null)
    .execute();
  return rows.length === 0 ? outcome : outcomeOf(rows.map(({ status }) => status));
}
