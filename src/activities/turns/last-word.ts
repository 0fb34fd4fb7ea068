/** A model that cannot be asked is an outcome of the cycle, not its end: people can still be told. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { noDecision } from '../../domain/decision.js';
import type { TurnResult } from '../../domain/turn.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { toActivityFailure } from '../failure.js';
import { beginStep } from '../step.js';

/** The model's own failures, and turns that all killed their worker. Ours (a full disk) are tried on. */
const MODELS = /^(?:Integration\.claude\.|Activity\.OutOfTries$)/;

/** Where no other try is made, the turn ends with why. */
export function withLastWord(
  deps: Pick<ActivityDeps, 'mirror' | 'clock'>,
  takeTurn: StepActivities['takeTurn'],
): StepActivities['takeTurn'] {
  return async (input) => {
    try {
      return await takeTurn(input);
    } catch (error) {
      const { nonRetryable, type, message } = toActivityFailure(error);
      if (Context.current().cancellationSignal.aborted || nonRetryable !== true || !MODELS.test(type ?? '')) {
        throw error instanceof ApplicationFailure ? error : toActivityFailure(error);
      }
      return giveUp(deps, input, message);
    }
  };
}

async function giveUp(
  { mirror, clock }: Pick<ActivityDeps, 'mirror' | 'clock'>,
  { cycle, contextHash, turns }: Parameters<StepActivities['takeTurn']>[0],
  message: string,
): Promise<TurnResult> {
  const failureKind = 'unavailable';
  const failure = `the model could not be asked: ${message}`;
  const costUsd = turns.reduce((sum, turn) => sum + turn.costUsd, 0);
  const decision = noDecision(failure);
  const detail = { turns: turns.length, costUsd, failure, failureKind };
  await mirror.recordDecision({
    cycleId: cycle.cycleId,
    step: beginStep('decide', clock).record(detail),
    decision,
    failure,
  });
  return { kind: 'decided', decision, failure, failureKind, costUsd, contextHash };
}
