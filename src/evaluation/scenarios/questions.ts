/** Somebody asks the agent: the answer stands in the facts, or it has to say that it does not know. */
import { comment, noChange, only } from '../expectations.js';
import { changed, commented } from '../happening.js';
import type { Scenario } from '../scenario.js';
import { type IssueSpec, issue } from '../situation.js';
import { jonas, mira, priya } from '../team.js';

const WORK: IssueSpec = {
  summary: 'Retry failed settlements',
  description: 'Settlements that the bank refused are to be tried again for three days.',
  status: 'In Progress',
  priority: 'High',
  assignee: priya,
  dueDate: '2026-12-04',
  sprint: { name: 'Payments 31', endDate: '2026-12-01T16:00:00.000Z', goal: 'Settlements run by themselves' },
  links: [
    { relation: 'is blocked by', key: 'PAY-131', status: 'In Review', summary: 'New bank certificate' },
  ],
  changes: [{ field: 'status', from: 'To Do', to: 'In Progress', by: priya, at: '2026-11-19T08:00:00.000Z' }],
};

const WHO_HAS_IT = { id: '9001', by: mira, text: '@PM Agent who is working on this?' };

function asked(id: string, title: string, words: string, says: readonly RegExp[], spec = WORK): Scenario {
  const said = { id: '9001', by: mira, text: words };
  return {
    id,
    title,
    event: commented(spec, said),
    context: issue({ ...spec, comments: [...(spec.comments ?? []), said] }),
    expected: only(comment(...says), noChange),
  };
}

export const QUESTIONS: readonly Scenario[] = [
  asked('asks-for-the-status', 'Where does it stand?', '@PM Agent what is the status of this?', [
    /In Progress/,
  ]),
  asked('asks-who-works-on-it', 'Who has it?', '@PM Agent who is working on this?', [/Priya/]),
  asked('asks-when-it-is-due', 'By when is it needed?', '@PM Agent when is this due?', [
    /2026-12-04|4 Dec|Dec(ember)? 4|4\.12|04\.12/i,
  ]),
  asked('asks-what-blocks-it', 'What is it waiting for?', '@PM Agent what is this blocked by?', [/PAY-131/]),
  asked('asks-for-the-priority', 'How urgent is it?', '@PM Agent what priority does this have?', [/High/]),
  asked('asks-for-the-sprint', 'Is it in the sprint?', '@PM Agent which sprint is this in?', [/Payments 31/]),
  asked('asks-for-the-last-change', 'What happened last?', '@PM Agent what changed last here?', [
    /In Progress/,
  ]),
  asked(
    'asks-who-has-unowned-work',
    'Nobody is assigned, and that is the answer',
    '@PM Agent who is working on this?',
    [/nobody|no one|unassigned|not assigned/i],
    { ...WORK, assignee: null },
  ),
  asked(
    'asks-in-a-burst',
    'One question with two parts gets one answer',
    '@PM Agent what is the status, and who has it?',
    [/In Progress/, /Priya/],
  ),
  {
    ...asked(
      'asks-after-an-answer',
      'An earlier question was answered; the new one is another',
      '@PM Agent and what blocks it?',
      [/PAY-131/],
    ),
    context: issue({
      ...WORK,
      comments: [
        { id: '8001', by: jonas, text: '@PM Agent who has this?' },
        { id: '9001', by: mira, text: '@PM Agent and what blocks it?' },
      ],
    }),
  },
  {
    id: 'asks-right-before-a-change',
    title: 'A question, and a change of the issue before it was answered',
    event: changed(WORK, jonas, [{ field: 'priority', from: 'Medium', to: 'High' }]),
    alsoAnswers: [commented(WORK, WHO_HAS_IT)],
    context: issue({ ...WORK, comments: [WHO_HAS_IT] }),
    expected: only(comment(/Priya/), noChange),
  },
];
