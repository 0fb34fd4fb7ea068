/** How a planned action gets into the ledger. */
import { askedInWords } from '../domain/asked-already.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { isObserved, type ShownAction, statusWhenPlanned } from '../domain/cycle.js';
import { audit, type Trx } from './writing.js';

/** Where actions stand that code decided on: an acknowledgement before the model's, an escalation behind them. */
export const FIRST = 0;
export const LAST = 1_000;

/**
 * Row and audit entry of an action. An action that is there already stays as it is, except that one which nobody carried
 * out yet may have been refused since (the plan was made again after a crash), or be asked about where the request that it
 * was left to is over by now.
 */
export async function insertAction(
  trx: Trx,
  at: string,
  cycleId: string,
  seq: number,
  planned: ShownAction,
): Promise<void> {
  const { actionId, action, target, hash, verdict, rule, policyVersion, risk, autonomy } = planned;
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
      conflict
        .column('id')
        .doUpdateSet(standing)
        .where((eb) =>
          eb.or([
            eb('actions.status', '=', 'proposed'),
            eb(eb.fn('json_extract', ['actions.result', eb.val('$.askedIn')]), 'is not', null),
          ]),
        ),
    )
    .execute();
  await audit(trx, at, cycleId, 'policy.judged', judgedOf(planned), { key: actionId });
}

/** As the audit log has it. */
function judgedOf(planned: ShownAction) {
  const { actionId, action, target, hash, verdict, rule, policyVersion, risk, refusal } = planned;
  const { autonomy, version, askedIn, takenOut = [] } = planned;
  const { kind, payload } = action;
  return {
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
    ...(askedIn === undefined ? {} : { askedIn }),
    // The hash covers it: without it nobody could show from the records that it does.
    ...(version === undefined ? {} : { version }),
  };
}

function standingOf(planned: ShownAction, at: string) {
  const { refusal, askedIn } = planned;
  const status = statusWhenPlanned(planned);
  const words = refusal === null ? null : { message: refusal };
  const result = askedIn === undefined ? words : { message: askedInWords(askedIn), askedIn };
  return {
    status,
    result: result === null ? null : canonicalJson(result),
    ended_at: status !== 'proposed' || isObserved(planned) ? at : null,
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
