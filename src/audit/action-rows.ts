/** How a planned action gets into the ledger. */
import { canonicalJson } from '../domain/canonical-json.js';
import { isObserved, type ShownAction, statusWhenPlanned } from '../domain/cycle.js';
import { audit, type Trx } from './writing.js';

/** Where actions stand that code decided on: an acknowledgement before the model's, an escalation behind them. */
export const FIRST = 0;
export const LAST = 1_000;

/**
 * Row and audit entry of an action. An action that is there already stays as it is, except that one which nobody carried
 * out yet may have been refused since (the plan was made again after a crash).
 */
export async function insertAction(
  trx: Trx,
  at: string,
  cycleId: string,
  seq: number,
  planned: ShownAction,
): Promise<void> {
  const { actionId, action, target, hash, verdict, rule, policyVersion, risk, refusal, autonomy, version } =
    planned;
  const takenOut = planned.takenOut ?? [];
  const standing = standingOf(planned, at);
  await trx
    .insertInto('actions')
    .values({
      id: actionId,
      cycle_id: cycleId,
      seq,
      kind: action.kind,
      target,
      payload: canonicalJson(action.payload),
      hash,
      verdict,
      rule,
      policy_version: policyVersion,
      risk,
      request: null,
      taken_out: canonicalJson(takenOut),
      remote_id: null,
      proposed_at: at,
      intent_at: null,
      stood: null,
      parts: null,
      undoes: null,
      judged: null,
      ...levelColumns(autonomy),
      ...standing,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(standing).where('actions.status', '=', 'proposed'),
    )
    .execute();
  const { kind, payload } = action;
  const judged = {
    actionId,
    kind,
    payload,
    target,
    hash,
    verdict,
    rule,
    policyVersion,
    risk,
    refusal,
    takenOut,
    ...(autonomy === undefined ? {} : { autonomy }),
    // The hash covers it: without it nobody could show from the records that it does.
    ...(version === undefined ? {} : { version }),
  };
  await audit(trx, at, cycleId, 'policy.judged', judged, { key: actionId });
}

function standingOf(planned: ShownAction, at: string) {
  const { refusal } = planned;
  const status = statusWhenPlanned(planned);
  return {
    status,
    result: refusal === null ? null : canonicalJson({ message: refusal }),
    ended_at: status === 'denied' || isObserved(planned) ? at : null,
  };
}

/** Nulls where no level was asked about. */
export function levelColumns(autonomy: ShownAction['autonomy']) {
  return {
    project: autonomy?.project ?? null,
    level: autonomy?.level ?? null,
    policy_verdict: autonomy?.verdict ?? null,
  };
}
