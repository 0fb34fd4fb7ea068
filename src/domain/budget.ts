/** What the model may cost: checked before a call, at the most that the call can cost. Pure. */

/** USD, from pm-agent.yaml's `budgets`. */
export interface Budgets {
  readonly perEvent: number;
  /** Of an issue, pull request or thread. */
  readonly perSubjectPerDay: number;
  readonly perProjectPerDay: number;
  readonly perDay: number;
}

/** With that of trial runs, which are no events. */
export type DayBudgets = Budgets & { readonly trialsPerDay: number };

/** What a budget is of, and its name in pm-agent.yaml. */
export const BUDGET_OF = {
  event: 'perEvent',
  subject: 'perSubjectPerDay',
  project: 'perProjectPerDay',
  day: 'perDay',
  trials: 'trialsPerDay',
} as const satisfies Readonly<Record<string, keyof DayBudgets>>;
export type BudgetScope = keyof typeof BUDGET_OF;

/** Of one UTC day. */
export interface BudgetUse {
  /** USD; of events, subjects and projects the one that cost most. */
  readonly spent: { readonly [S in BudgetScope]: number };
  /** Sentences of `overBudget`, one for each event that ended with it. */
  readonly refusals: readonly string[];
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
  return `over budget, so the model was not asked: ${usd(used)} went on ${what}, this call may cost ${usd(atMost)}, and ${allows(name, budget)}`;
}

function allows(name: string, budget: number): string {
  return `budgets.${name} allows ${usd(budget)}`;
}

/** Is the day's budget used up: was an event refused by it as it is now? One that was raised since is not. */
export function isDayUsedUp({ spent, refusals }: BudgetUse, { perDay }: Pick<Budgets, 'perDay'>): boolean {
  return spent.day >= perDay || refusals.some((sentence) => sentence.includes(allows('perDay', perDay)));
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
