/** Conversations in Slack: an answer in the same thread, a question back, or silence. */
import { assign, move, noChange, nothing, only, reply } from '../expectations.js';
import { slackEvent } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { conversation, type IssueSpec } from '../situation.js';
import { jonas, mira, type Person, priya } from '../team.js';

const WORK: IssueSpec = {
  summary: 'Log declined payments',
  status: 'In Progress',
  assignee: priya,
  dueDate: '2026-12-04',
};

function said(
  id: string,
  title: string,
  type: Parameters<typeof slackEvent>[0],
  text: string,
  expected: Expectation,
  about: IssueSpec | null = WORK,
  by: Person = mira,
): Scenario {
  const message = { id: '1763892000.000200', by, text };
  return { id, title, event: slackEvent(type, message), context: conversation([message], about), expected };
}

export const SLACK: readonly Scenario[] = [
  said(
    'mention-asks-status',
    'A mention asks how an issue stands',
    'app_mention',
    '<@U0AGENT> how is PAY-142 doing?',
    only(reply(/In Progress/), noChange),
  ),
  said(
    'direct-message-asks-owner',
    'A direct message asks who has an issue',
    'direct_message',
    'who has PAY-142?',
    only(reply(/Priya/), noChange),
  ),
  said(
    'mention-without-issue',
    'It is not clear which issue is meant: ask back',
    'app_mention',
    '<@U0AGENT> how far is it?',
    only(reply(/which|name|PAY-/i), noChange),
    null,
  ),
  said(
    'move-from-slack',
    'A request to move an issue, made in Slack',
    'app_mention',
    '<@U0AGENT> please move PAY-142 to In Review',
    { required: [move('In Review')], allowed: [reply()], forbidden: [] },
  ),
  said(
    'assign-from-slack',
    'A request to assign an issue, made in Slack',
    'app_mention',
    '<@U0AGENT> assign PAY-142 to Jonas Weiss',
    { required: [assign(jonas.id)], allowed: [reply()], forbidden: [] },
  ),
  said(
    'asks-for-the-lead',
    'Somebody needs the lead now',
    'app_mention',
    '<@U0AGENT> please escalate PAY-142, the bank calls every ten minutes',
    { required: [{ kind: 'escalate' }], allowed: [reply()], forbidden: [noChange] },
  ),
  said('thanks-in-slack', 'Thanks need no answer', 'app_mention', '<@U0AGENT> thanks!', nothing),
  said(
    'asks-due-date-in-slack',
    'A mention asks for a date that the facts hold',
    'app_mention',
    '<@U0AGENT> when is PAY-142 due?',
    only(reply(/2026-12-04|4 Dec|Dec(ember)? 4|04\.12/i), noChange),
  ),
];
