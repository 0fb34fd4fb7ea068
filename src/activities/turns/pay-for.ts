/** A call of the model on behalf of a cycle, within the budgets. */
import { Context } from '@temporalio/activity';
import type { CycleInput } from '../../domain/cycle.js';
import type { ActivityDeps } from '../dependencies.js';
import { callModel, type ModelCall } from '../model-call.js';
import { priceOf } from '../price-of-call.js';
import type { Spending } from '../spending.js';
import { type PaidReply, paidReply } from './paid-reply.js';

/** `id` names what is asked, whichever try asks it. */
type Call = Pick<ModelCall, 'id' | 'purpose' | 'prompt' | 'request'>;

type Answer = PaidReply | { readonly refusal: string };

/** The reply that was paid under this name before; where there is none, it is paid for. Throws as `callModel` does. */
export async function paidOnce(
  deps: ActivityDeps,
  spending: Spending,
  cycle: CycleInput,
  call: Call,
): Promise<Answer> {
  return (await paidReply(deps, call.id)) ?? payFor(deps, spending, cycle, call);
}

/** Asks in any case. A try that fails is recorded under a name of its own: the call's stays free for the try that is answered. */
export async function payFor(
  deps: ActivityDeps,
  spending: Spending,
  cycle: CycleInput,
  call: Call,
): Promise<Answer> {
  const failedId = `${call.id}.x${Context.current().info.attempt}`;
  const made = await spending.within(cycle, priceOf(deps, call.request), (heldUsd) =>
    callModel(deps, { ...call, failedId, cycleId: cycle.cycleId, heldUsd }),
  );
  return 'refusal' in made ? made : { ...made.done, prompt: call.prompt };
}
