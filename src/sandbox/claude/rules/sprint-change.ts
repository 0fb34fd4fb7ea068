import { textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';
import { messageToTeam } from '../reply.js';

/** A sprint that started or closed: one line in the team's channel, where the prompt names one. */
export function sprintChange(prompt: Prompt): StandInDecision | null {
  const { type, raw } = prompt.event;
  if (type !== 'sprint_started' && type !== 'sprint_closed') {
    return null;
  }
  const name = textAt(raw, 'sprint', 'name') ?? 'The sprint';
  const goal = textAt(raw, 'sprint', 'goal');
  const sprint = prompt.items.find((item) => item.kind === 'sprint')?.data;
  const issues = textAt(sprint, 'issueCount');
  const end = textAt(sprint, 'endDate')?.slice(0, 10);
  const text =
    type === 'sprint_started'
      ? [
          `${name} has started${issues === null ? '' : ` with ${issues} issues`}.`,
          end === undefined ? null : `It ends on ${end}.`,
          goal === null ? null : `Goal: ${goal}`,
        ]
          .filter((part) => part !== null)
          .join(' ')
      : `${name} is closed.`;
  const message = messageToTeam(prompt, text);
  return message === null
    ? null
    : oneAction(
        `${name} ${type === 'sprint_started' ? 'started' : 'closed'}.`,
        message,
        idsOf(prompt, 'sprint'),
      );
}
