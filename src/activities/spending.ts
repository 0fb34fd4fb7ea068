/** Holds what a call of the model may cost against the budgets until it is recorded: calls side by side share what is left. */
import { type Budgets, dayStart, overBudget, type Spent } from '../domain/budget.js';
import type { CycleInput } from '../domain/cycle.js';
import { IntegrationError } from '../integrations/integration-error.js';
import type { ActivityDeps } from './dependencies.js';

export interface Spending {
  /**
   * Runs a call that costs `atMost` (USD). Answers why not where what was spent leaves no room. Throws a wait where only
   * calls that are under way leave none: most cost far less than they may.
   */
  within<T>(
    cycle: CycleInput,
    atMost: number,
    call: () => Promise<T>,
  ): Promise<{ readonly done: T } | { readonly refusal: string }>;
}

interface Holding {
  readonly cycleId: string;
  readonly project: string | null;
  readonly atMost: number;
}

const AGAIN_AFTER_MS = 2_000;

/** In one process: two workers may together go over by what each has under way. */
export function createSpending(
  { mirror, clock }: Pick<ActivityDeps, 'mirror' | 'clock'>,
  budgets: Budgets,
): Spending {
  const underWay = new Set<Holding>();

  /** Null where there was room, and it is held. */
  async function hold(holding: Holding): Promise<string | null> {
    const { cycleId, project, atMost } = holding;
    const spent = await mirror.spent({ cycleId, project, since: dayStart(clock()) });
    // From here to the end nothing is waited for: of two that ask at once, the second sees the first.
    const refusal = overBudget({ budgets, spent, atMost, project });
    const withOthers = overBudget({ budgets, spent: plus(spent, holding, underWay), atMost, project });
    if (refusal === null && withOthers !== null) {
      throw new IntegrationError({
        service: 'claude',
        code: 'budget_held',
        message: `calls that are under way may use up what is left: ${withOthers}`,
        retryable: true,
        retryAfterMs: AGAIN_AFTER_MS,
        heldBack: true,
      });
    }
    if (refusal === null) {
      underWay.add(holding);
    }
    return refusal;
  }

  return {
    async within({ cycleId, event: { project } }, atMost, call) {
      const holding = { cycleId, project, atMost };
      const refusal = await hold(holding);
      if (refusal !== null) {
        return { refusal };
      }
      try {
        return { done: await call() };
      } finally {
        underWay.delete(holding);
      }
    },
  };
}

function plus(spent: Spent, { cycleId, project }: Holding, underWay: Iterable<Holding>): Spent {
  const all = Array.from(underWay);
  const sum = (holdings: readonly Holding[]) => holdings.reduce((total, { atMost }) => total + atMost, 0);
  return {
    onEvent: spent.onEvent + sum(all.filter((other) => other.cycleId === cycleId)),
    onProjectToday: spent.onProjectToday + sum(all.filter((other) => other.project === project)),
    today: spent.today + sum(all),
  };
}
