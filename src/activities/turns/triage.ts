/** The first look of the small model. A look that was paid is not paid again; one that fails is none, and costs no event. */
import { log } from '@temporalio/activity';
import { noDecision } from '../../domain/decision.js';
import { IntegrationError, isWait } from '../../integrations/integration-error.js';
import { triage as prompt } from '../../reasoning/prompts/triage.js';
import { buildTriage, readTriage, type Triage, unusable } from '../../reasoning/triage.js';
import type { StepActivities, TriageInput } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import type { OwnAccounts } from '../own-accounts.js';
import { isLastTry, isOutOfTries } from '../patience.js';
import type { Spending } from '../spending.js';
import { beginStep } from '../step.js';
import { loadContext } from '../stored-context.js';
import { paidReply } from './paid-reply.js';
import { payFor } from './pay-for.js';
import { roundOf } from './place.js';
import { nonceOf, questionOf } from './question.js';

/** The normal model can look as well: it is not waited for long. */
const TRIES = 3;
/** Of tries that all killed their worker. */
const LAST_TRY = 6;

/** Under which its waits are counted. */
export function triageKey(cycle: TriageInput['cycle']): string {
  return `${cycle.cycleId}/decide/${roundOf(cycle)}triage`;
}

export function createTriage(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  spending: Spending,
): StepActivities['triage'] {
  return async (input) => {
    const { cycleId } = input.cycle;
    const step = beginStep('decide', deps.clock);
    const { route, reason } = await lookAt(deps, accounts, spending, input);
    const detail = { model: deps.models.triage, prompt: `${prompt.id} ${prompt.version}`, route, reason };
    if (route !== 'skip') {
      await deps.mirror.recordTurn({ cycleId, place: 'triage', step: step.record(detail) });
      return { route, decision: null };
    }
    const decision = noDecision(reason);
    await deps.mirror.recordDecision({
      cycleId,
      step: step.record(detail),
      decision,
      failure: null,
      round: input.cycle.round ?? 0,
    });
    return { route, decision };
  };
}

async function lookAt(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  spending: Spending,
  { cycle, contextHash }: TriageInput,
): Promise<Triage> {
  if (await isOutOfTries(deps.mirror, triageKey(cycle), LAST_TRY)) {
    return unusable('no try came to its end');
  }
  const id = `${cycle.cycleId}.triage.${contextHash.slice(0, 12)}`;
  const paid = await paidReply(deps, id);
  if (paid !== null) {
    return readTriage(paid.reply);
  }
  const context = await loadContext(deps.mirror, contextHash);
  const nonce = nonceOf(deps, `${cycle.cycleId}/triage`, contextHash);
  const question = await questionOf(deps, accounts, cycle, { context, nonce, model: deps.models.triage });
  const request = buildTriage({ ...question, maxTokens: deps.replyTokens.triage });
  try {
    const answer = await payFor(deps, spending, cycle, { id, purpose: 'triage', prompt, request });
    return 'refusal' in answer ? unusable(answer.refusal) : readTriage(answer.reply);
  } catch (error) {
    return unusable(await whyNot(deps.mirror, triageKey(cycle), error));
  }
}

/** The small model alone may be misspelt: the normal one tells whether all of them are. */
function isItsModelGone({ status }: IntegrationError): boolean {
  return status === 404;
}

/** Throws where another try may help. */
async function whyNot(mirror: ActivityDeps['mirror'], key: string, error: unknown): Promise<string> {
  if (!(error instanceof IntegrationError) || (isWait(error) && !isItsModelGone(error))) {
    throw error;
  }
  if (error.retryable && !isItsModelGone(error) && !(await isLastTry(mirror, key, error, TRIES))) {
    throw error;
  }
  log.warn('the first look failed: the normal model is asked', { error });
  return error.message;
}
