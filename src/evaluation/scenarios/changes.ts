/** An issue changed: work that became blocked, urgent or late, and all the changes that need no word. */
import { atMost, comment, noChange, nothing, only, toTeam } from '../expectations.js';
import { changed } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { type IssueSpec, issue } from '../situation.js';
import { jonas, mira, type Person, priya } from '../team.js';

interface Change {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

const WORK: IssueSpec = {
  summary: 'Move card vault to the new cluster',
  description: 'Both run side by side for a week, then the old one is switched off.',
  status: 'In Progress',
  assignee: priya,
  sprint: { name: 'Payments 31', endDate: '2026-12-01T16:00:00.000Z' },
};

function change(
  id: string,
  title: string,
  changes: readonly Change[],
  spec: IssueSpec,
  expected: Expectation,
  by: Person = priya,
): Scenario {
  return {
    id,
    title,
    event: changed(spec, by, changes),
    context: issue({ ...spec, changes: changes.map((one) => ({ ...one, by })) }),
    expected,
  };
}

export const CHANGES: readonly Scenario[] = [
  change(
    'became-blocked',
    'Work of the sprint was moved to Blocked without a word',
    [{ field: 'status', from: 'In Progress', to: 'Blocked' }],
    { ...WORK, status: 'Blocked', reachable: ['In Progress'] },
    {
      required: [comment(/block|wait|unblock/i)],
      allowed: [{ kind: 'escalate' }],
      forbidden: [noChange],
    },
  ),
  change(
    'raised-to-highest',
    'A backlog item was raised to the highest priority, nobody has it',
    [{ field: 'priority', from: 'Medium', to: 'Highest' }],
    { ...WORK, priority: 'Highest', assignee: null, status: 'To Do' },
    only(comment(/who|own|take/i), noChange),
    mira,
  ),
  change(
    'label-added',
    'A label was added',
    [{ field: 'labels', from: '', to: 'vault' }],
    { ...WORK, labels: ['vault'] },
    nothing,
  ),
  change(
    'rank-changed',
    'The issue was moved up in the backlog',
    [{ field: 'Rank', from: '', to: 'Ranked higher' }],
    WORK,
    nothing,
    mira,
  ),
  change(
    'moved-by-its-owner',
    'The owner moved it to review',
    [{ field: 'status', from: 'In Progress', to: 'In Review' }],
    { ...WORK, status: 'In Review' },
    nothing,
  ),
  change(
    'unblocked',
    'Blocked work goes on',
    [{ field: 'status', from: 'Blocked', to: 'In Progress' }],
    WORK,
    nothing,
  ),
  change(
    'estimated',
    'The estimate was set',
    [{ field: 'Story Points', from: null, to: '5' }],
    WORK,
    nothing,
  ),
  change(
    'assigned',
    'The lead gave it to somebody',
    [{ field: 'assignee', from: null, to: 'Jonas Weiss' }],
    { ...WORK, assignee: jonas },
    nothing,
    mira,
  ),
  change(
    'done',
    'The owner finished it',
    [{ field: 'status', from: 'In Review', to: 'Done' }],
    { ...WORK, status: 'Done', reachable: ['To Do'] },
    nothing,
  ),
  change(
    'scope-creep',
    'A large story was put into the running sprint half-way through',
    [{ field: 'Sprint', from: null, to: 'Payments 31' }],
    { ...WORK, summary: 'Support three more currencies', type: 'Story', status: 'To Do', assignee: null },
    atMost([comment(), toTeam()], noChange),
    mira,
  ),
  change(
    'due-date-passed',
    'The due date was moved into the past by mistake, or it is late already',
    [{ field: 'duedate', from: '2026-12-10', to: '2026-11-10' }],
    { ...WORK, dueDate: '2026-11-10' },
    atMost([comment()], noChange),
    mira,
  ),
];
