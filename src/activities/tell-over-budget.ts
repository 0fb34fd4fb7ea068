/** A budget had no room for asking the model: nobody is left without a word of it. */
import { type Budgets, budgetIn, dayStart } from '../domain/budget.js';
import type { CycleInput } from '../domain/cycle.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import { answerTo } from './answer-asker.js';
import type { CodeActionDeps } from './code-action.js';
import type { RecordActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { loadContext } from './stored-context.js';
import { toldTeamOf } from './team.js';

type Deps = CodeActionDeps &
  Pick<ActivityDeps, 'mirror' | 'people' | 'teams' | 'clock' | 'acts' | 'autonomy'>;

/**
 * Whoever asked is answered by code where it was asked, once a subject and UTC day. The team's place to escalate to hears of each budget
 * once for what it is of and the day; of none where nothing may be written to Slack.
 */
export function createTellOverBudget(deps: Deps): RecordActivities['tellOverBudget'] {
  return async (input) => {
    const { cycle, contextHash, failure } = input;
    const { facts } = await loadContext(deps.mirror, contextHash);
    const budget = budgetIn(failure) ?? 'perDay';
    const since = dayStart(deps.clock());
    const place = escalationPlace(toldTeamOf([cycle.event], facts, deps), deps.people);
    const alert = {
      id: `budget-${budget}-${scopeOf(cycle, budget)}-${since.slice(0, 10)}-${place}`,
      place: deps.acts.slack ? place : null,
      text: alertOf(failure, budget),
    };
    return deps.mirror.tellOverBudget({
      cycleId: cycle.cycleId,
      subject: cycle.event.subject,
      since,
      alert,
      answer: await answerTo(deps, cycle, {
        asked: input.asked,
        text: ANSWERS[budget],
        rule: OWN_RULE_NAMES.overBudget,
        origin: 'command',
      }),
    });
  };
}

function scopeOf({ event: { subject, project } }: CycleInput, budget: keyof Budgets): string {
  switch (budget) {
    case 'perEvent':
    case 'perSubjectPerDay':
      return subject;
    case 'perProjectPerDay':
      return project ?? subject;
    case 'perDay':
      return 'all';
  }
}

const AGAIN = 'I do not look at this again by myself: please ask a person of the team, or me again';
const ANSWERS: { readonly [B in keyof Budgets]: string } = {
  perEvent: `I cannot answer this: it would cost more than my budget for one event (\`budgets.perEvent\`). ${AGAIN} once it was raised.`,
  perSubjectPerDay: `I am over my budget for this item today (\`budgets.perSubjectPerDay\`). ${AGAIN} tomorrow.`,
  perProjectPerDay: `I am over my budget for this project today (\`budgets.perProjectPerDay\`). ${AGAIN} tomorrow.`,
  perDay: `I am over my budget for today (\`budgets.perDay\`). ${AGAIN} tomorrow.`,
};

function alertOf(failure: string, budget: keyof Budgets): string {
  return [
    '**The agent is over a budget.** The model is not asked where it has no room; whoever asks the agent is told so, and of what is critical people hear all the same.',
    `First: ${failure}.`,
    `Raise \`budgets.${budget}\` in pm-agent.yaml, which holds within seconds and without a restart, or wait for the next UTC day. What was refused is not taken up by itself: ask again. This is told once a day.`,
  ].join('\n\n');
}
