import { listAt, textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';
import { commentOnIssue } from '../reply.js';

/** An issue that was moved to a blocked status or raised to the highest priority: asks for the next step. */
export function blockedIssue(prompt: Prompt): StandInDecision | null {
  if (prompt.event.type !== 'issue_updated') {
    return null;
  }
  const changes = listAt(prompt.event.raw, 'changes').map((change) => ({
    field: (textAt(change, 'field') ?? '').toLowerCase(),
    to: textAt(change, 'to') ?? '',
  }));
  const question = changes.some(({ field, to }) => field === 'status' && /block|on hold|imped/i.test(to))
    ? 'This is blocked now. What is it waiting for, and who can unblock it?'
    : changes.some(({ field, to }) => field === 'priority' && /^(?:highest|critical|blocker)$/i.test(to))
      ? 'This has the highest priority now. Who takes it, and by when?'
      : null;
  const comment = question === null ? null : commentOnIssue(prompt, question);
  return comment === null
    ? null
    : oneAction('A change on the issue needs an owner and a next step.', comment, [
        ...idsOf(prompt, 'issue'),
        ...idsOf(prompt, 'change'),
      ]);
}
