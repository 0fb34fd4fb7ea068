/** Which model decided, and why that one: what the rules, the small model and the budgets said. */
import { member } from './api-client.js';
import { oneLine, plain } from './table.js';
import type { StepView } from './views.js';

const WHY_WIDTH = 200;

/** A line each, in the order in which it was chosen; none for cycles from before it was kept. */
export function tellModelChoice(steps: readonly StepView[]): readonly string[] {
  return [
    ...new Set(
      steps.flatMap(({ name, detail }) => [
        ...byRule(name, detail),
        ...byLook(name, detail),
        ...byBudget(detail),
      ]),
    ),
  ];
}

function byRule(step: string, detail: unknown): readonly string[] {
  const hard = member(detail, 'hard');
  if (step !== 'gather') {
    return [];
  }
  if (typeof hard === 'string') {
    return [`the large model decides: the rule "${plain(hard)}" stands in routing.hard`];
  }
  const critical = member(member(detail, 'critical'), 'rule');
  const route = member(detail, 'route');
  const rule = member(route, 'to') === 'model' ? member(route, 'rule') : critical;
  return typeof rule === 'string' ? [`the normal model decides: by the rule "${plain(rule)}"`] : [];
}

function byLook(step: string, detail: unknown): readonly string[] {
  const [route, reason] = [member(detail, 'route'), member(detail, 'reason')];
  return step === 'decide' && typeof reason === 'string' && (route === 'normal' || route === 'hard')
    ? [
        `the ${route === 'hard' ? 'large' : 'normal'} model decides: ${oneLine(reason, WHY_WIDTH)} (the small model's word)`,
      ]
    : [];
}

function byBudget(detail: unknown): readonly string[] {
  const [model, why] = [
    member(member(detail, 'insteadOf'), 'model'),
    member(member(detail, 'insteadOf'), 'why'),
  ];
  return typeof model === 'string' && typeof why === 'string'
    ? [`the normal model instead of ${plain(model)}: ${oneLine(why, WHY_WIDTH)}`]
    : [];
}
