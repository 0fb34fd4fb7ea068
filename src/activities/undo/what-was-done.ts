/** What is to be taken back: as the ledger has it, and where no answer named it, as the vendor shows it. */
import type { ActionsTable } from '../../audit/schema.js';
import type { Action, ActionKind } from '../../domain/action.js';
import { ACTIONS } from '../../domain/actions/index.js';
import type { Stood } from '../../domain/actions/row.js';
import { lookedForSince, markOfAction } from '../../domain/effect.js';
import { canBeFound } from '../../domain/undo.js';
import { type Executors, findEffect } from '../actions/index.js';
import type { ActivityDeps } from '../dependencies.js';
import { cannotBe, type Done, type Reversal } from './undoing.js';

/**
 * An effect that a person settled can lack its id at the vendor: it is looked for then, and kept, because another attempt
 * must know it although this one removed it. Null where it cannot be found.
 */
export async function whatWasDone(
  { mirror }: Pick<ActivityDeps, 'mirror'>,
  executors: Executors,
  action: Action,
  row: ActionsTable,
): Promise<Done | null> {
  const { id: actionId, cycle_id: cycleId, remote_id: remoteId, stood: noted } = row;
  const stood = noted === null ? null : (JSON.parse(noted) as Stood);
  const { inverse } = ACTIONS[action.kind];
  if (remoteId !== null || !inverse.reversible || inverse.by === 'standing') {
    return { actionId, remoteId, stood };
  }
  const mark = markOfAction(actionId, lookedForSince(row.intent_at ?? row.proposed_at));
  const isOurs = canBeFound(action.kind, row.last_intent_at !== null);
  const found = isOurs ? await findEffect(executors, action, mark, stood) : null;
  if (found === null || found.remoteId === null) {
    return null;
  }
  await mirror.noteRemoteId({ cycleId, actionId, remoteId: found.remoteId });
  return { actionId, remoteId: found.remoteId, stood };
}

/** Says why it cannot be taken back. */
export function notToBeFound({ id, target, kind }: ActionsTable): Reversal {
  const { words } = ACTIONS[kind as ActionKind].marker;
  return cannotBe(
    `which thing ${id} left at ${target} is not known: no answer named it, and a look for ${words} finds none. It was removed already, or is not shown: look there, and take it back by hand`,
  );
}
