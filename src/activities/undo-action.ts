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
import { createExecutors } from './actions/index.js';
import { withheld } from './actions/results.js';
import { noteLapse } from './autonomy.js';
import { createCarryOut } from './carry-out.js';
import type { UndoActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { fingerprint } from './fingerprint.js';
import type { Attempt, Past } from './look-first.js';
import { createUndoings, reversalOf } from './undo/index.js';
import type { Done, Reversal } from './undo/undoing.js';
import { notToBeFound, whatWasDone } from './undo/what-was-done.js';

/** @param lookAgainAfterMs as in `createCarryOut` */
export function createUndoAction(
  deps: ActivityDeps,
  lookAgainAfterMs?: readonly number[],
): UndoActivities['undoAction'] {
  const undoings = createUndoings(deps);
  const executors = createExecutors(deps);
  const carryOut = createCarryOut(deps, lookAgainAfterMs);
  return async (input) => {
    const hash = fingerprint({ undoes: input.actionId });
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
      find: async () => (await reversal()).find(),
      prepare: async () => (await reversal()).prepare(),
      withheld: (request) => withheldWords(request, deps.output),
      onlyShown: null,
      overtaken: async () => endedOtherwise(row, input),
      past: pastOfUndo,
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

/** A status note gets its former words back: what is a secret by now does not leave again. */
function withheldWords(request: OutgoingRequest, rules: OutputRules): ActionResult | null {
  const refusal = requestRefusal(request, rules);
  return refusal === null ? null : withheld(refusal);
}

/** Another try may have been quicker. */
function endedOtherwise({ status, id }: ActionsTable, { undoId }: UndoInput): string | null {
  return status === 'executed' ? null : `${id} is ${status}: ${undoId} has nothing to take back`;
}

/** Only its own earlier attempts can have sent anything: no cycle undoes. */
async function pastOfUndo({ attempt, earlierAttempt, lastIntentAt }: Attempt): Promise<Past | null> {
  return earlierAttempt || attempt > 1
    ? { sentUntil: lastIntentAt, mayAppearLate: true, howFound: 'found from an earlier attempt' }
    : null;
}
