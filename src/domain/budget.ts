/** What the model may cost: checked before a call, at the most that the call can cost. Pure. */

/** USD, from pm-agent.yaml's `budgets`. */
export interface Budgets {
  readonly perEvent: number;
  /** Of an issue, pull request or thread. */
  readonly perSubjectPerDay: number;
  readonly perProjectPerDay: number;
  readonly perDay: number;
}

/** USD that calls cost so far, those that are under way at the most that they can cost. */
export interface Spent {
  readonly onEvent: number;
  readonly onSubjectToday: number;
  readonly onProjectToday: number;
  readonly today: number;
}

export interface BudgetQuestion {
  readonly budgets: Budgets;
  readonly spent: Spent;
  /** USD, the most that the next call can cost. */
  readonly atMost: number;
  readonly subject: string;
  /** Null where the event is of none: only the other budgets count. */
  readonly project: string | null;
}

/** Which budget has no room for the call, for a person; null where all have. */
export function overBudget({ budgets, spent, atMost, subject, project }: BudgetQuestion): string | null {
  const asked: readonly (readonly [string, string, number, number])[] = [
    ['this event', 'perEvent', spent.onEvent, budgets.perEvent],
    [`${subject} today`, 'perSubjectPerDay', spent.onSubjectToday, budgets.perSubjectPerDay],
    ...(project === null
      ? []
      : [[`${project} today`, 'perProjectPerDay', spent.onProjectToday, budgets.perProjectPerDay] as const]),
    ['today', 'perDay', spent.today, budgets.perDay],
  ];
  const over = asked.find(([, , used, budget]) => used + atMost > budget);
  if (over === undefined) {
    return null;
  }
  const [what, name, used, budget] = over;
  return `over budget, so the model was not asked: ${usd(used)} went on ${what}, this call may cost ${usd(atMost)}, and budgets.${name} allows ${usd(budget)}`;
}

const NAMED = /budgets\.(perEvent|perSubjectPerDay|perProjectPerDay|perDay) allows/;

/** Which budget `overBudget` speaks of; null where that is not its sentence. */
export function budgetIn(sentence: string): keyof Budgets | null {
  return (NAMED.exec(sentence)?.[1] as keyof Budgets | undefined) ?? null;
}

/** The UTC day that this time is in, as the time it began. ISO 8601 UTC. */
export function dayStart(now: Date): string {
  return `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
}

function usd(amount: number): string {
  return `$${amount.toFixed(4)}`;
}
