/** Sprints: a line to the team when one starts or ends, and silence about the rest. */
import { nothing, only, toTeam } from '../expectations.js';
import { sprintEvent } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { sprint } from '../situation.js';
import { mira } from '../team.js';

const ISSUES = [
  { key: 'PAY-140', summary: 'Retry settlements', status: 'Done' },
  { key: 'PAY-141', summary: 'Bank certificate', status: 'In Progress' },
  { key: 'PAY-142', summary: 'Log declined payments', status: 'To Do' },
];

function about(
  id: string,
  title: string,
  type: Parameters<typeof sprintEvent>[0],
  spec: { readonly name: string; readonly state: string; readonly goal?: string | null },
  expected: Expectation,
): Scenario {
  const context = sprint({ ...spec, endDate: '2026-12-01T16:00:00.000Z' }, ISSUES);
  return { id, title, event: sprintEvent(type, mira, spec), context, expected };
}

export const SPRINTS: readonly Scenario[] = [
  about(
    'sprint-started',
    'A sprint with a goal starts',
    'sprint_started',
    { name: 'Payments 31', state: 'active', goal: 'Settlements run by themselves' },
    only(toTeam(/Payments 31/)),
  ),
  about(
    'sprint-started-without-goal',
    'A sprint starts without a goal: none may be invented',
    'sprint_started',
    { name: 'Payments 31', state: 'active' },
    only(toTeam(/Payments 31/), { says: [/settlements run by themselves/i], why: 'the goal is invented' }),
  ),
  about(
    'sprint-closed',
    'A sprint ends with work left over',
    'sprint_closed',
    { name: 'Payments 31', state: 'closed' },
    only(toTeam(/Payments 31/)),
  ),
  about(
    'sprint-created',
    'A sprint is planned',
    'sprint_created',
    { name: 'Payments 32', state: 'future' },
    nothing,
  ),
  about(
    'sprint-goal-edited',
    'The goal of the running sprint was reworded',
    'sprint_updated',
    { name: 'Payments 31', state: 'active', goal: 'Settlements run without us' },
    nothing,
  ),
];
