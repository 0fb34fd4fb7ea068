/** Takes back what an action did: an effect of its own, in the ledger and at the vendor. */
import { ApplicationFailure } from '@temporalio/activity';
import type { ActionsTable } from '../audit/schema.js';
import { jiraNames } from '../domain/account-names.js';
import { type Action, describeAction } from '../domain/action.js';
import type { ActionResult } from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import { requestRefusal } from '../domain/output/check-request.js';
import type { OutputRules } from '../domain/output/rule.js';
import type { UndoInput } from '../domain/undo.js';
import type { Effect, Settled } from './actions/executor.js';
import { createExecutors } from './actions/index.js';
import { withheld } from './actions/results.js';
import { noteLapse } from './autonomy.js';
import { createCarryOut } from './carry-out.js';
import type { UndoActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { fingerprint } from './fingerprint.js';
import { isSettled } from './in-flight.js';
import type { Attempt, Past } from './look-first.js';
import { createOwnAccounts, type OwnAccounts } from './own-accounts.js';
import { createUndoings, reversalOf } from './undo/index.js';
import type { Done, Reversal } from './undo/undoing.js';
import { notToBeFound, whatWasDone } from './undo/what-was-done.js';

/** @param lookAgainAfterMs as in `createCarryOut` */
export function createUndoAction(
  deps: ActivityDeps,
  lookAgainAfterMs?: readonly number[],
  accounts: OwnAccounts = createOwnAccounts(deps),
): UndoActivities['undoAction'] {
  const undoings = createUndoings(deps, accounts);
  const executors = createExecutors(deps, accounts);
  const carryOut = createCarryOut(deps, lookAgainAfterMs);
  return async (input) => {
    const { isOver = false } = input;
    const hash = undoHash(input.actionId);
    const row = await deps.mirror.openUndo({ ...input, hash });
    if (row === null) {
      throw ApplicationFailure.nonRetryable(`no action ${input.actionId} in the mirror`, 'Undo.Unknown');
    }
    const action = { kind: row.kind, payload: JSON.parse(row.payload) as unknown } as Action;
    let done: Done | null = null;
    const reversal = async (): Promise<Reversal> => {
      // Found once: after the request it may be gone.
      done ??= await whatWasDone(deps, executors, action, row);
      return done === null ? notToBeFound(row) : reversalOf(undoings, action, done);
    };
    const result = await carryOut({
      cycleId: row.cycle_id,
      actionId: input.undoId,
      hash,
      kind: action.kind,
      target: row.target,
      label: `Undo: ${describeAction(action, jiraNames(deps.people))}`,
      // What another try took back meanwhile was not taken back by this one.
      find: async (left) => (isOver && row.status === 'undone' ? null : (await reversal()).find(left)),
      // Whoever took it back: it is taken back.
      byAnother: async () => null,
      prepare: async (left) => {
        const prepared = await (await reversal()).prepare(left);
        return isOver ? lastSeen(prepared) : prepared;
      },
      // It goes where the effect is: a person ordered it.
      elsewhere: async () => null,
      withheld: (request) => withheldWords(request, deps.output),
      onlyShown: null,
      overtaken: async () => endedOtherwise(row, input),
      past: async (attempt) => pastOfUndo(deps, row, attempt),
      // That something is gone, or back, does not tell by whom.
      provesOurs: false,
      // A person decided it: it counts against nothing and is stopped by nothing.
      gate: { scopes: [], limit: null, quietOn: [] },
      // Who pauses because something went wrong wants to take it back before anything else goes on.
      isOrder: true,
    });
    if (result.status === 'executed') {
      await noteLapse(deps, 'undo', { id: input.undoId, actionId: row.id });
    }
    return result;
  };
}

/** Of each try to take this action back. */
export function undoHash(actionId: string): string {
  return fingerprint({ undoes: actionId });
}

/** A status note gets its former words back: what is a secret by now does not leave again. */
function withheldWords(request: OutgoingRequest, rules: OutputRules): ActionResult | null {
  const refusal = requestRefusal(request, rules);
  return refusal === null ? null : withheld(refusal);
}

/** Another try may have been quicker. */
function endedOtherwise({ status, id }: ActionsTable, { undoId }: UndoInput): string | null {
  return status === 'executed' ? null : `${id} is ${status}: ${undoId} has nothing to take back`;
}

/**
 * Only its own earlier attempts can have sent anything: no cycle undoes. Right after a restore those may be unknown to the
 * ledger, for an action that was done before it.
 */
function pastOfUndo(
  { restored, clock }: ActivityDeps,
  { ended_at: doneAt }: ActionsTable,
  { attempt, earlierAttempt, lastIntentAt }: Attempt,
): Past | null {
  const isUnknown = restored !== null && (doneAt ?? '') < restored.at && !isSettled(restored.at, clock());
  return earlierAttempt || attempt > 1 || isUnknown
    ? {
        sentUntil: isUnknown ? restored.at : lastIntentAt,
        mayAppearLate: true,
        howFound: 'found from an earlier attempt',
      }
    : null;
}

/** Its workflow was closed from outside, and what was ordered is not sent any more: a person may order it anew. */
function lastSeen(prepared: Effect | Settled): Settled {
  return 'settled' in prepared
    ? prepared
    : {
        settled: 'failed',
        message:
          'it was not taken back: its workflow was closed from outside (terminated or timed out) before that, and the target stands as the action left it; ask again to take it back',
      };
}
