/** An issue was just written: what is missing, and what is none of the agent's business. */
import { atMost, comment, noChange, nothing, only } from '../expectations.js';
import { created } from '../happening.js';
import type { Scenario } from '../scenario.js';
import { type IssueSpec, issue } from '../situation.js';
import { jonas, mira, type Person, priya } from '../team.js';

function newIssue(
  id: string,
  title: string,
  spec: IssueSpec,
  expected: Scenario['expected'],
  by: Person = jonas,
): Scenario {
  return { id, title, event: created(spec, by), context: issue({ reporter: by, ...spec }), expected };
}

const STEPS =
  'Steps:\n1. Put two items into the basket\n2. Pay with a card that needs 3-D Secure\n\nExpected: the order is confirmed\nActual: error 502 after the bank page, every time, since build 214';

export const NEW_ISSUES: readonly Scenario[] = [
  newIssue(
    'bug-without-description',
    'A bug is reported with a title only',
    { summary: 'Refund button does nothing', type: 'Bug' },
    only(comment(/steps|reproduc|how/i), noChange),
  ),
  newIssue(
    'bug-with-all-details',
    'A bug is reported with steps, expected and actual result, and an owner',
    { summary: '3-D Secure payments end with 502', type: 'Bug', description: STEPS, assignee: priya },
    nothing,
  ),
  newIssue(
    'critical-bug-unowned',
    'A complete bug of the highest priority that nobody has',
    { summary: 'Cards are charged twice', type: 'Bug', description: STEPS, priority: 'Highest' },
    only(comment(/who|own|take|assign/i), noChange),
  ),
  newIssue(
    'critical-bug-bare-and-unowned',
    'A bug of the highest priority with neither a description nor an owner',
    { summary: 'Payments are down', type: 'Bug', priority: 'Highest' },
    {
      required: [comment(/steps|reproduc|what|detail/i)],
      allowed: [{ kind: 'escalate' }],
      forbidden: [noChange],
    },
  ),
  newIssue(
    'critical-bug-owned',
    'A complete bug of the highest priority that its reporter took already',
    {
      summary: 'Webhook signatures are rejected',
      type: 'Bug',
      description: STEPS,
      priority: 'Highest',
      assignee: jonas,
    },
    nothing,
  ),
  newIssue(
    'routine-task',
    'A small task for the backlog, described well enough',
    {
      summary: 'Rename the settlement job',
      description: 'The job is called batch2. Call it settlement, in code and dashboards.',
      priority: 'Low',
    },
    nothing,
  ),
  newIssue(
    'story-in-backlog',
    'A story is written for later, with acceptance criteria',
    {
      summary: 'As a shopper I can pay by invoice',
      type: 'Story',
      description:
        'Accepted when: an invoice is offered above 20 euro; a declined check falls back to cards.',
    },
    nothing,
    mira,
  ),
  newIssue(
    'task-that-duplicates-its-link',
    'A task that says itself which issue it duplicates, and is linked to it',
    {
      summary: 'Basket total is wrong with vouchers',
      description: 'Same as PAY-120, I only saw that afterwards.',
      links: [{ relation: 'duplicates', key: 'PAY-120', status: 'In Progress', summary: 'Voucher totals' }],
    },
    atMost([comment(/PAY-120/)], { kind: 'jira.transition', why: 'closing it is for its reporter' }),
  ),
];
