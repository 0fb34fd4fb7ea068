/** The cap of trial runs: they never eat into what the agent itself may spend, and a long one cannot cost without end. */
import { dayStart } from '../../domain/budget.js';
import { lostBefore } from '../spending.js';
import { currentTry } from '../step.js';
import type { TrialDeps } from './trial-deps.js';

export interface TrialSpending {
  /** Runs a call that costs `atMost` (USD), or answers why there is no room for it. */
  within<T>(
    atMost: number,
    call: (held: number) => Promise<T>,
  ): Promise<{ readonly done: T } | { readonly refusal: string }>;
}

/**
 * Calls that are under way count with the most that they can cost.
 * @param trialsPerDay USD, as it is now
 */
export function createTrialSpending(
  { trials, clock }: Pick<TrialDeps, 'trials' | 'clock'>,
  trialsPerDay: () => number,
): TrialSpending {
  let underWay = 0;
  return {
    async within(atMost, call) {
      await trials.bookLostCalls({ seenBy: currentTry(), begunBefore: lostBefore(clock()) });
      const spent = (await trials.spentSince(dayStart(clock()))) + underWay;
      const cap = trialsPerDay();
      if (spent + atMost > cap) {
        return { refusal: refusalOf(spent, atMost, cap) };
      }
      underWay += atMost;
      try {
        return { done: await call(atMost) };
      } finally {
        underWay -= atMost;
      }
    },
  };
}

function refusalOf(spent: number, atMost: number, cap: number): string {
  return `the model was not asked: ${usd(spent)} went on trial runs today, this call may cost ${usd(atMost)}, and budgets.trialsPerDay of pm-agent.yaml allows ${usd(cap)}`;
}

function usd(amount: number): string {
  return `$${amount.toFixed(4)}`;
}
