/**
 * Second step of cycles that were started before there were turns (turns/take-turn.ts): the model reads the context and
 * proposes; a reply that cannot be used is an outcome, not an error.
 */
import type { CycleInput, DecideResult } from '../domain/cycle.js';
import type { ModelRequest } from '../integrations/claude/claude.js';
import { buildRequest } from '../reasoning/build-request.js';
import type { Prompt } from '../reasoning/prompt.js';
import { promptAbout } from '../reasoning/prompts/index.js';
import { shownIds } from '../reasoning/within-budget.js';
import { askForDecision, type Call, type Outcome } from './ask-for-decision.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { callModel } from './model-call.js';
import type { OwnAccounts } from './own-accounts.js';
import { priceOf } from './price-of-call.js';
import type { Spending } from './spending.js';
import { beginStep, type RunningStep } from './step.js';
import { loadContext } from './stored-context.js';
import { declinedEvent } from './tell-declined.js';
import { nonceOf, questionOf } from './turns/question.js';

/** Vendor failures are thrown; a crash after the reply and before completion asks (and pays) again, nothing else. */
export function createDecide(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  spending: Spending,
): StepActivities['decide'] {
  return async ({ cycle, contextHash }) => {
    const step = beginStep('decide', deps.clock);
    const context = await loadContext(deps.mirror, contextHash);
    const prompt = promptAbout(cycle.event, context);
    const nonce = nonceOf(deps, cycle.cycleId, contextHash);
    const request = {
      ...buildRequest(await questionOf(deps, accounts, cycle, { context, nonce, model: deps.models.normal })),
      toolChoice: 'none' as const,
    };
    const itemIds = shownIds(context.items);
    const outcome = await ask({ deps, spending, cycle, step, prompt }, request, itemIds);
    const { decision, failure, costUsd, calls, stopReason, voidReasons } = outcome;
    const declined = { cycle, facts: context.facts, model: request.model, isCritical: false };
    await deps.mirror.recordDecision({
      cycleId: cycle.cycleId,
      step: step.record({
        model: request.model,
        prompt: `${prompt.id} ${prompt.version}`,
        calls,
        costUsd,
        stopReason,
        voidReasons,
        failure,
      }),
      decision,
      failure,
      ...(stopReason === 'refusal' ? { declined: declinedEvent(deps, declined) } : {}),
    });
    return { decision, costUsd, failure } satisfies DecideResult;
  };
}

interface Asking {
  readonly deps: ActivityDeps;
  readonly spending: Spending;
  readonly cycle: CycleInput;
  readonly step: RunningStep;
  readonly prompt: Prompt;
}

/** Where a budget has no room the model is not asked, and the cycle says so: nothing is decided, and nothing is done. */
function ask(
  { deps, spending, cycle, step, prompt }: Asking,
  request: ModelRequest,
  itemIds: ReadonlySet<string>,
): Promise<Outcome> {
  const call: Call = (n, purpose, sent) =>
    spending.within(cycle, priceOf(deps, sent), (heldUsd) =>
      callModel(deps, {
        id: `${cycle.cycleId}.decide.${step.attempt}.${n}`,
        cycleId: cycle.cycleId,
        purpose,
        prompt,
        request: sent,
        heldUsd,
      }),
    );
  return askForDecision(call, request, itemIds);
}
