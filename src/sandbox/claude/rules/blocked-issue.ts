import { listAt, textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { commentOnIssue } from '../reply.js';

/** An issue that was moved to a blocked status or raised to the highest priority: asks for the next step. */
export function blockedIssue(prompt: Prompt): StandInDecision | null {
  const changes = eventsOfType(prompt, 'issue_updated')
    .flatMap(({ raw }) => listAt(raw, 'changes'))
    .map((change) => ({
      field: (textAt(change, 'field') ?? '').toLowerCase(),
      to: textAt(change, 'to') ?? '',
    }));
  const became = (field: string, now: string | null, what: RegExp): boolean =>
    changes.some(
      (change) => change.field === field && what.test(change.to) && change.to === (now ?? change.to),
    );
  const question = became('status', prompt.issue?.status ?? null, /block|on hold|imped/i)
    ? 'This is blocked now. What is it waiting for, and who can unblock it?'
    : became('priority', prompt.issue?.priority ?? null, /^(?:highest|critical|blocker)$/i)
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
