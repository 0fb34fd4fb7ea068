/** A model that cannot be asked is an outcome of the cycle, not its end: people can still be told. */
import { type ApplicationFailure, Context } from '@temporalio/activity';
import { noDecision } from '../../domain/decision.js';
import type { TurnResult } from '../../domain/turn.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { toActivityFailure } from '../failure.js';
import { beginStep } from '../step.js';

/** The model's own failures, and turns that all killed their worker. Ours (a full disk) are tried on. */
const MODELS = /^(?:Integration\.claude\.|Activity\.OutOfTries$)/;
/** Other calls hold what is left of a budget for seconds: the model is there. */
const HELD = 'Integration.claude.budget_held';

/** How long people wait to hear that nobody looked at something critical. One hiccup is none: it takes some tries. */
const SOON_MS = 2 * 60_000;
const SOON_TRIES = 3;
/** A try that alone took so long is no hiccup: nobody answered. */
const LONG_TRY_MS = 4 * 60_000;

/** Where no other try is made, the turn ends with why. */
export function withLastWord(
  deps: Pick<ActivityDeps, 'mirror' | 'clock'>,
  takeTurn: StepActivities['takeTurn'],
): StepActivities['takeTurn'] {
  return async (input) => {
    const begun = deps.clock().getTime();
    try {
      return await takeTurn(input);
    } catch (error) {
      const failure = toActivityFailure(error);
      const isOver =
        failure.nonRetryable === true ||
        (input.soon === true && isTooLate(failure, { begun, now: deps.clock().getTime() }));
      if (Context.current().cancellationSignal.aborted || !isOver || !MODELS.test(failure.type ?? '')) {
        throw failure;
      }
      return giveUp(deps, input, failure);
    }
  };
}

/** Would the next try come later than people can wait? */
function isTooLate(
  { type, nextRetryDelay }: ApplicationFailure,
  { begun, now }: { readonly begun: number; readonly now: number },
): boolean {
  const { attempt, scheduledTimestampMs } = Context.current().info;
  const askedMs = typeof nextRetryDelay === 'number' ? nextRetryDelay : 0;
  const isLate = attempt >= SOON_TRIES && now - scheduledTimestampMs > SOON_MS;
  return type !== HELD && (isLate || askedMs > SOON_MS || now - begun > LONG_TRY_MS);
}

async function giveUp(
  { mirror, clock }: Pick<ActivityDeps, 'mirror' | 'clock'>,
  { cycle, contextHash, turns }: Parameters<StepActivities['takeTurn']>[0],
  given: ApplicationFailure,
): Promise<TurnResult> {
  const failureKind = isTooLarge(given) ? 'context_too_large' : 'unavailable';
  const failure = `the model could not be asked: ${given.message}`;
  const costUsd = turns.reduce((sum, turn) => sum + turn.costUsd, 0);
  const decision = noDecision(failure);
  const detail = { turns: turns.length, costUsd, failure, failureKind };
  await mirror.recordDecision({
    cycleId: cycle.cycleId,
    step: beginStep('decide', clock).record(detail),
    decision,
    failure,
    round: cycle.round ?? 0,
  });
  return { kind: 'decided', decision, failure, failureKind, costUsd, contextHash };
}

/** The API's words for more than fits: 413, or 400 "prompt is too long". Asked again it is as large. */
function isTooLarge({ message, details }: ApplicationFailure): boolean {
  const { status } = Object(details?.[0]) as { readonly status?: unknown };
  return status === 413 || (status === 400 && /prompt is too long/i.test(message));
}
