import { Gauge, type Registry } from 'prom-client';
import {
  BUDGET_OF,
  type BudgetScope,
  type BudgetUse,
  budgetIn,
  type DayBudgets,
} from '../../domain/budget.js';
import { atMostEvery } from './at-most-every.js';

/** More often nobody learns more, and a busy day has thousands of calls to add up. */
const EVERY_MS = 10_000;
const SCOPES = Object.keys(BUDGET_OF) as readonly BudgetScope[];

/** One series a scope, whatever the agent works on: which event, subject or project it was stands in the records. */
export function createBudgetMetrics(
  registry: Registry,
  { use, budgets, clock }: BudgetSources,
): { read(): void } {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['scope'] as const, registers: [registry] });
  const limit = gauge('pm_agent_budget_limit_usd', 'What pm-agent.yaml allows (budgets), in USD');
  const spent = gauge(
    'pm_agent_budget_spent_usd',
    'What was spent this UTC day, in USD: of the event, the subject and the project that cost most, of the day, and on trial runs',
  );
  const refusals = gauge(
    'pm_agent_budget_refusals',
    'Events that came in this UTC day and ended without the model because this budget had no room',
  );
  return {
    read: atMostEvery(EVERY_MS, clock, () => {
      const allowed = budgets();
      const used = use();
      for (const scope of SCOPES) {
        const name = BUDGET_OF[scope];
        limit.set({ scope }, allowed[name]);
        spent.set({ scope }, used.spent[scope]);
        // A trial that has no room says so in its result: no event ends for it.
        if (scope !== 'trials') {
          refusals.set({ scope }, used.refusals.filter((sentence) => budgetIn(sentence) === name).length);
        }
      }
    }),
  };
}

export interface BudgetSources {
  /** Of the UTC day that it is now. */
  readonly use: () => BudgetUse;
  readonly budgets: () => DayBudgets;
  readonly clock: () => Date;
}
