/** A decision that brings a payload of its own: judged by code and policy as it is then, and put in place of what was proposed. */
import { patched } from '@temporalio/workflow';
import type { Decider } from '../domain/approval.js';
import * as machine from '../domain/approval-machine.js';
import type { CycleInput, ShownAction } from '../domain/cycle.js';
import type { Judgement } from '../domain/policy.js';
import { isSameRule } from '../domain/same-rule.js';
import { record } from './activity-stubs.js';
import { refused } from './decision-rules.js';
import type { KnownDecision } from './known-decision.js';
import type { RequestLedger } from './request-ledger.js';
import type { Waiting } from './waiting-request.js';

/** The cycle whose request it is, and where it stands. */
export interface Editing {
  readonly cycle: CycleInput;
  readonly requests: RequestLedger;
}

/** Throws where code or policy does not let it, where somebody else decided meanwhile, or where it is not for them to approve. */
export async function edit({ cycle, requests }: Editing, one: Waiting, known: KnownDecision): Promise<void> {
  const { decision } = known;
  const before = one.request.planned;
  const judged = await record.judgeEdit({
    cycle,
    contextHash: one.contextHash,
    planned: before,
    payload: decision.payload,
    by: decision.by,
  });
  // Judging took a moment, in which somebody else may have decided, or the cycle was ended.
  known.assertStill(one.request);
  if ('refusal' in judged) {
    throw refused({ kind: judged.what, message: judged.refusal }, one.request.state);
  }
  if (judged.planned.hash !== before.hash) {
    const edited = editedTo(one.request, judged.planned);
    known.assertMayApprove(edited);
    requests.move(one, edited);
    noteEdit(requests, one, { before, by: decision.by, judgement: judged.judgement });
  }
}

function editedTo(request: Waiting['request'], written: ShownAction): Waiting['request'] {
  const own = machine.withOwnPeople(request, written);
  const isAnother = own !== request && isUnderAnotherRule(request.planned, written);
  const asked = isAnother && patched('another-rule-asks-its-own-people') ? own : request;
  return machine.edited(asked, written);
}

/** Under another rule it is asked anew: whom the former one would have gone on to, that one does not know. */
function noteEdit(
  requests: RequestLedger,
  one: Waiting,
  { before, by, judgement }: { before: ShownAction; by: Decider; judgement: Judgement | undefined },
): void {
  const { planned } = one.request;
  const data = {
    from: { hash: before.hash, payload: before.action.payload },
    to: { hash: planned.hash, payload: planned.action.payload },
    ...(judgement === undefined ? {} : { judged: judgement }),
  };
  if (isUnderAnotherRule(before, planned) && patched('each-rule-has-its-own-clock')) {
    one.moments = [];
    requests.noteAskedAnew(one, 'edited', by, data);
  } else {
    requests.note(one, 'edited', by, data);
  }
}

/** One that kept its name counts as another where what it asks changed. */
function isUnderAnotherRule(before: ShownAction, written: ShownAction): boolean {
  return (
    written.rule !== before.rule ||
    (!isSameRule(before, written) && patched('a-changed-rule-is-another-rule'))
  );
}
