/** Everything that tempts a talkative agent, and calls for silence. */
import { comment, nothing, only } from '../expectations.js';
import { commented } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { type IssueSpec, issue, type Said } from '../situation.js';
import { AGENT, jonas, mira, priya } from '../team.js';

const WORK: IssueSpec = {
  summary: 'Explain declined payments to shoppers',
  status: 'In Progress',
  priority: 'High',
  assignee: jonas,
};
const OWN: Said = {
  id: '9200',
  by: AGENT,
  text: 'PAY-142: the status is In Progress. Jonas Weiss is working on it.',
};

function talk(
  id: string,
  title: string,
  said: Said,
  expected: Expectation,
  before: readonly Said[] = [],
): Scenario {
  return {
    id,
    title,
    event: commented(WORK, said),
    context: issue({ ...WORK, comments: [...before, said] }),
    expected,
  };
}

const by = (text: string, id = '9201'): Said => ({ id, by: mira, text });

export const RESTRAINT: readonly Scenario[] = [
  talk('thanks', 'Somebody thanks the agent', by('@PM Agent thanks!'), nothing, [OWN]),
  talk('thanks-for-thanks', 'Thanks for thanks never end', by('@PM Agent thank you too'), nothing, [
    OWN,
    { id: '9201', by: jonas, text: '@PM Agent thanks' },
  ]),
  talk('ok', 'An answer was understood', by('@PM Agent ok'), nothing, [OWN]),
  talk(
    'own-words-quoted',
    'Somebody quotes what the agent said, and says nothing to it',
    by(
      '> @PM Agent what is the status?\n> PAY-142: the status is In Progress.\n\nThen we can plan the demo.',
    ),
    nothing,
    [OWN],
  ),
  talk(
    'own-words-quoted-with-question',
    'A quote above a new question: the question is answered once',
    by('> PAY-142: the status is In Progress.\n\n@PM Agent and who has it?'),
    only(comment(/Jonas/)),
    [OWN],
  ),
  talk('people-talk', 'Two people agree on a date', by('Jonas, is Thursday fine for the demo?'), nothing),
  talk(
    'people-talk-about-the-agent',
    'The agent is talked about, not spoken to',
    by('The PM agent told us yesterday that this is in progress.'),
    nothing,
  ),
  talk('muted-here', 'An order to be quiet is obeyed by code', by('@PM Agent mute'), nothing),
  talk(
    'answered-by-a-person',
    'A question among people was answered already',
    { id: '9203', by: priya, text: 'Yes, done this morning.' },
    nothing,
    [{ id: '9202', by: jonas, text: 'Priya, did you rotate the key?' }],
  ),
  talk(
    'status-update-by-owner',
    'The owner tells how far they are',
    { id: '9204', by: jonas, text: 'Texts are written, translations come tomorrow.' },
    nothing,
  ),
];
