/** Somebody asks the agent for a change: exactly that change, or a plain word why not. */
import { assign, comment, move, noChange, only } from '../expectations.js';
import { commented } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { type IssueSpec, issue } from '../situation.js';
import { jonas, mira, type Person, priya } from '../team.js';

const WORK: IssueSpec = {
  summary: 'Show declined payments to support',
  description: 'Support sees why a payment was declined.',
  status: 'In Progress',
  assignee: priya,
};

function requested(
  id: string,
  title: string,
  words: string,
  expected: Expectation,
  spec = WORK,
  by: Person = mira,
): Scenario {
  const said = { id: '9101', by, text: words };
  return { id, title, event: commented(spec, said), context: issue({ ...spec, comments: [said] }), expected };
}

const elsewhere = {
  kind: ['jira.transition', 'jira.assign'],
  why: 'that is not what was asked for',
} as const;

export const REQUESTS: readonly Scenario[] = [
  requested(
    'move-to-review',
    'A clear request to move the issue',
    '@PM Agent please move this to In Review',
    only(move('In Review')),
  ),
  requested(
    'close-it',
    'A clear request to close the issue',
    '@PM Agent please close this',
    only(move('Done')),
  ),
  requested(
    'move-to-a-status-out-of-reach',
    'The status cannot be reached from here: say which can',
    '@PM Agent move this to Released',
    only(comment(/In Review|cannot|can't|not possible/i), elsewhere),
  ),
  requested(
    'assign-by-name',
    'A clear request to give it to a colleague',
    '@PM Agent assign this to Jonas Weiss',
    only(assign(jonas.id)),
  ),
  requested(
    'assign-to-me',
    'Somebody takes it',
    '@PM Agent assign this to me',
    only(assign(jonas.id)),
    { ...WORK, assignee: null },
    jonas,
  ),
  requested('unassign', 'Somebody gives it back', '@PM Agent unassign this please', only(assign(null))),
  requested(
    'assign-to-a-stranger',
    'The person is not one of those who can be assigned',
    '@PM Agent assign this to Zelda Quist',
    only(comment(), { kind: 'jira.assign', why: 'nobody of that name can be assigned' }),
  ),
  requested(
    'asks-about-closing',
    'A question about closing is no request to close',
    '@PM Agent when will this be closed?',
    only(comment(), noChange),
  ),
  requested(
    'move-another-issue',
    'A request for another issue, made here',
    '@PM Agent please close PAY-500',
    only(comment(), { kind: 'jira.transition', why: 'PAY-500 is not what this conversation is about' }),
  ),
];
