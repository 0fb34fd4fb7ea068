import { textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { commentOnIssue } from '../reply.js';

/** An issue whose due date is over: asks for a new one. */
export function overdueIssue(prompt: Prompt): StandInDecision | null {
  const [event] = eventsOfType(prompt, 'issue_overdue');
  const due = event === undefined ? null : textAt(event.raw, 'dueDate');
  const comment =
    due === null
      ? null
      : commentOnIssue(
          prompt,
          `This was due on ${due} and is not done. When can it be, or what is in the way?`,
        );
  return comment === null
    ? null
    : oneAction('Its due date is over, and nobody said when it comes.', comment, idsOf(prompt, 'issue'));
}
