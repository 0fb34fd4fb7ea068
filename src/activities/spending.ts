/** Holds what a call of the model may cost against the budgets until it is recorded: calls side by side share what is left. */
import { type Budgets, dayStart, overBudget, type Spent } from '../domain/budget.js';
import type { CycleInput } from '../domain/cycle.js';
import { IntegrationError } from '../integrations/integration-error.js';
import type { ActivityDeps } from './dependencies.js';
import { currentTry } from './step.js';

/** What a call can cost at the most, in USD. */
export interface Price {
  /** By the size of its text: costs nothing to know, and is some times too high. */
  readonly atMost: number;
  /** By the vendor's count of its tokens; asked for only where the other leaves no room. Null where it cannot be counted. */
  readonly counted: () => Promise<number | null>;
}

export interface Spending {
  /**
   * Runs a call of this price, and says what is held for it (USD). Answers why not where what was spent leaves no room. Throws a wait where only calls that are
   * under way leave none: most cost far less than they may.
   */
  within<T>(
    cycle: CycleInput,
    price: Price,
    call: (held: number) => Promise<T>,
  ): Promise<{ readonly done: T } | { readonly refusal: string }>;
}

interface Holding {
  readonly cycleId: string;
  readonly subject: string;
  readonly project: string | null;
  readonly atMost: number;
}

const AGAIN_AFTER_MS = 2_000;

/** No try of a call of the model is as long: an activity ends it after some minutes (workflows/activity-stubs.ts). */
const LOST_AFTER_MS = 10 * 60_000;

/** What was begun before is lost also where no later try comes to find it. */
export function lostBefore(now: Date): string {
  return new Date(now.getTime() - LOST_AFTER_MS).toISOString();
}

/**
 * What earlier tries lost counts first. In one process: two workers may together go over by what each has under way.
 * @param budgets as they are now
 */
export function createSpending(
  { mirror, clock }: Pick<ActivityDeps, 'mirror' | 'clock'>,
  budgets: () => Budgets,
): Spending {
  const underWay = new Set<Holding>();

  /** Null where there was room, and it is held. */
  async function hold(holding: Holding): Promise<string | null> {
    const { cycleId, subject, project, atMost } = holding;
    const spent = await mirror.spent({ cycleId, subject, project, since: dayStart(clock()) });
    // From here to the end nothing is waited for: of two that ask at once, the second sees the first.
    const about = { budgets: budgets(), atMost, subject, project };
    const refusal = overBudget({ ...about, spent });
    const withOthers = overBudget({ ...about, spent: plus(spent, holding, underWay) });
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
    async within({ cycleId, event: { subject, project } }, price, call) {
      await mirror.bookLostCalls({ seenBy: currentTry(), begunBefore: lostBefore(clock()) });
      const about = { cycleId, subject, project };
      let holding: Holding = { ...about, atMost: price.atMost };
      let refusal = await hold(holding);
      const counted = refusal === null ? null : await countOf(price);
      if (counted !== null) {
        holding = { ...about, atMost: counted };
        refusal = await hold(holding);
      }
      if (refusal !== null) {
        return { refusal };
      }
      try {
        return { done: await call(holding.atMost) };
      } finally {
        underWay.delete(holding);
      }
    },
  };
}

/** Null where the count says nothing more: then what the size of the text says stands. */
async function countOf({ atMost, counted }: Price): Promise<number | null> {
  const price = await counted();
  return price !== null && price < atMost ? price : null;
}

function plus(spent: Spent, { cycleId, subject, project }: Holding, underWay: Iterable<Holding>): Spent {
  const all = Array.from(underWay);
  const sum = (holdings: readonly Holding[]) => holdings.reduce((total, { atMost }) => total + atMost, 0);
  return {
    onEvent: spent.onEvent + sum(all.filter((other) => other.cycleId === cycleId)),
    onSubjectToday: spent.onSubjectToday + sum(all.filter((other) => other.subject === subject)),
    onProjectToday: spent.onProjectToday + sum(all.filter((other) => other.project === project)),
    today: spent.today + sum(all),
  };
}
