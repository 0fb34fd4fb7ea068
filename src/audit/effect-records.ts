/** The ledger of effects: intent before, result after. */
import type { ActionStatus } from '../domain/action.js';
import type { Stood } from '../domain/actions/row.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult } from '../domain/cycle.js';
import { wishForOutcome } from './card-wishes.js';
import type { EarlierIntent, Intent } from './intents.js';
import { isLeftUnknown } from './left-undone.js';
import type { MirrorWriter } from './mirror.js';
import { markUndone } from './undo-records.js';
import { wishToTell } from './unknown-wishes.js';
import { audit, inTransaction, noteStep, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

const DECIDED_DIFFERENTLY: ActionResult = {
  status: 'obsolete',
  remoteId: null,
  message: 'decided differently before; left alone (the first decision and its result stay recorded)',
};

export const ENDED: ReadonlySet<ActionStatus> = new Set<ActionStatus>([
  'executed',
  'simulated',
  'failed',
  'unknown',
  'obsolete',
  'denied',
  'undone',
]);

/** It was shown to people and nobody let it go, or somebody turned it down: no effect of it leaves, whoever asks for one. */
const NOT_LET_GO: ReadonlySet<ActionStatus> = new Set<ActionStatus>([
  'awaiting_approval',
  'rejected',
  'expired',
]);

/** A refusal while planning keeps its sentence only; policy's "never" says nothing more. */
const DENIED: ActionResult = { status: 'denied', remoteId: null, message: 'denied when it was planned' };

const INTENT = ['status', 'result', 'hash', 'intent_at', 'last_intent_at', 'stood', 'parts'] as const;

export async function earlierIntent(
  writing: Writing,
  input: Args<'earlierIntent'>,
): Promise<EarlierIntent | null> {
  const { db } = writing;
  const { actionId } = input;
  const row = await db.selectFrom('actions').select(INTENT).where('id', '=', actionId).executeTakeFirst();
  if (row === undefined) {
    return null;
  }
  if (row.hash !== input.hash) {
    await inTransaction(writing, (trx) => auditOtherDecision(trx, writing.now(), input, row.hash));
    return { earlierAttempt: false, lastIntentAt: null, ended: DECIDED_DIFFERENTLY, stood: null, parts: [] };
  }
  const lastIntentAt = notAhead(row.last_intent_at, writing.now());
  if (lastIntentAt !== row.last_intent_at) {
    await noteIntentAt(writing, actionId, lastIntentAt);
  }
  return {
    earlierAttempt: row.intent_at !== null,
    lastIntentAt,
    ended: endOf(row),
    stood: row.stood === null ? null : (JSON.parse(row.stood) as Stood),
    parts: partsOf(row),
  };
}

function partsOf({ parts }: { readonly parts: string | null }): readonly string[] {
  return parts === null ? [] : (JSON.parse(parts) as readonly string[]);
}

/**
 * Written before a request leaves. Answers what an earlier attempt left, so that the caller looks before it repeats.
 * An action that already ended is not touched.
 */
export function recordIntent(writing: Writing, input: Args<'recordIntent'>): Promise<Intent> {
  return inTransaction(writing, async (trx): Promise<Intent> => {
    const before = await trx
      .selectFrom('actions')
      .select(INTENT)
      .where('id', '=', input.actionId)
      .executeTakeFirst();
    if (before === undefined) {
      throw new Error(`no action ${input.actionId} in the mirror: an effect without a plan is refused`);
    }
    const at = writing.now();
    const lastIntentAt = notAhead(before.last_intent_at, at);
    const left = { earlierAttempt: before.intent_at !== null, lastIntentAt };
    if (before.hash !== input.hash) {
      await auditOtherDecision(trx, at, input, before.hash);
      return { ...left, ended: DECIDED_DIFFERENTLY };
    }
    const ended = endOf(before);
    if (ended !== null) {
      return { ...left, ended };
    }
    await trx
      .updateTable('actions')
      .set({
        status: 'executing',
        request: canonicalJson(input.request),
        intent_at: before.intent_at ?? at,
        last_intent_at: lastIntentAt,
        stood: before.stood ?? (input.stood === undefined ? null : canonicalJson(input.stood)),
      })
      .where('id', '=', input.actionId)
      .execute();
    const data = { actionId: input.actionId, attempt: input.attempt, request: input.request };
    await audit(trx, at, input.cycleId, 'effect.intended', data, {
      // Attempts count from one again where it was approved anew.
      key: `${input.actionId}/${input.hash.slice(0, 8)}/${input.attempt}`,
    });
    return { ...left, ended: null };
  });
}

function noteIntentAt(writing: Writing, id: string, at: string | null): Promise<void> {
  return inTransaction(writing, async (trx) => {
    await trx.updateTable('actions').set({ last_intent_at: at }).where('id', '=', id).execute();
  });
}

/** A time that has not come yet was noted before the clock was set back: the wait begins now, and not when it comes again. */
function notAhead(noted: string | null, at: string): string | null {
  return noted !== null && noted > at ? at : noted;
}

function endOf({ status, result }: { status: ActionStatus; result: string | null }): ActionResult | null {
  const recorded = JSON.parse(result ?? '{}') as Partial<ActionResult>;
  if (status === 'denied') {
    return { ...DENIED, ...recorded };
  }
  if (NOT_LET_GO.has(status)) {
    const message = `nothing was sent: it is ${status.replace('_', ' ')} in the records, and nobody approved it`;
    return { ...DENIED, message };
  }
  return ENDED.has(status) && result !== null ? (recorded as ActionResult) : null;
}

/** A cycle that was run again and decided otherwise: the ids are the same, the bytes are not. */
function auditOtherDecision(
  trx: Trx,
  at: string,
  { cycleId, actionId, hash }: Args<'earlierIntent'>,
  plannedBefore: string,
): Promise<void> {
  const data = { actionId, hash, plannedBefore, ...DECIDED_DIFFERENTLY };
  return audit(trx, at, cycleId, 'effect.obsolete', data, { key: `${actionId}/${hash}` });
}

export function notePart(writing: Writing, { cycleId, actionId, part }: Args<'notePart'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const row = await trx
      .selectFrom('actions')
      .select('parts')
      .where('id', '=', actionId)
      .executeTakeFirstOrThrow();
    const parts = [...new Set([...partsOf(row), part])];
    await trx
      .updateTable('actions')
      .set({ parts: canonicalJson(parts), last_intent_at: null })
      .where('id', '=', actionId)
      .execute();
    await audit(
      trx,
      writing.now(),
      cycleId,
      'effect.part_done',
      { actionId, part },
      {
        key: `${actionId}/${part}`,
      },
    );
  });
}

export function recordResult(writing: Writing, input: Args<'recordResult'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { actionId, cycleId, result } = input;
    const before = await trx
      .selectFrom('actions')
      .select(['status', 'result', 'intent_at'])
      .where('id', '=', actionId)
      .executeTakeFirst();
    const isLate = before !== undefined && isLeftUnknown(before) && result.status !== 'unknown';
    if (before === undefined || (ENDED.has(before.status) && !isLate)) {
      return;
    }
    await trx
      .updateTable('actions')
      .set({
        status: result.status,
        result: canonicalJson(result),
        remote_id: result.remoteId,
        ended_at: at,
        ...(input.isAnothers === true ? { stood: null } : {}),
      })
      .where('id', '=', actionId)
      .execute();
    await wishForOutcome(trx, at, actionId, isLate ? 'late' : '');
    if (result.status === 'unknown' && input.unknownTold !== undefined) {
      await wishToTell(trx, at, input, input.unknownTold);
    }
    const failed = result.status === 'failed' || result.status === 'unknown';
    await noteStep(trx, at, cycleId, input.step, actionId, failed ? 'failed' : 'done');
    if (result.status === 'executed' && before.intent_at === null) {
      // Made by what these records do not know (a restore lost it): no request of theirs ever left.
      await audit(trx, at, cycleId, 'effect.found', { actionId }, { key: actionId });
    }
    await audit(trx, at, cycleId, `effect.${result.status}`, { actionId, ...result }, { key: actionId });
    if (result.status === 'executed') {
      await markUndone(trx, at, cycleId, actionId, result);
    }
  });
}

/** How the other actions of this cycle left this target, the latest first. */
export async function leftBy(
  { db }: Writing,
  { cycleId, target, besides }: Args<'leftBy'>,
): Promise<readonly Stood['after'][]> {
  const rows = await db
    .selectFrom('actions')
    .select('stood')
    .where('cycle_id', '=', cycleId)
    .where('target', '=', target)
    .where('id', '!=', besides)
    .where('stood', 'is not', null)
    .where('status', 'in', ['executed', 'undone'])
    .orderBy('ended_at', 'desc')
    .execute();
  return rows.flatMap(({ stood }) => (stood === null ? [] : [(JSON.parse(stood) as Stood).after]));
}
