import { type JsonRecord, textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { noAction, oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { messageToTeam } from '../reply.js';

/** A sprint that started or closed: one line in the team's channel, where the prompt names one. */
export function sprintChange(prompt: Prompt): StandInDecision | null {
  const change = eventsOfType(prompt, 'sprint_started', 'sprint_closed')[0];
  if (change === undefined) {
    return null;
  }
  const name = textAt(change.raw, 'sprint', 'name') ?? 'The sprint';
  const started = change.type === 'sprint_started';
  const text = started ? startedText(name, change.raw, prompt) : `${name} is closed.`;
  const message = messageToTeam(prompt, text);
  const evidence = idsOf(prompt, 'sprint');
  return message === null
    ? noAction(
        `${name} was ${started ? 'started' : 'closed'}; the context names no channel to say so.`,
        evidence,
      )
    : oneAction(`${name} was ${started ? 'started' : 'closed'}.`, message, evidence);
}

function startedText(name: string, raw: JsonRecord, prompt: Prompt): string {
  const sprint = prompt.items.find((item) => item.kind === 'sprint')?.data;
  const issues = textAt(sprint, 'issueCount');
  const end = textAt(sprint, 'endDate')?.slice(0, 10);
  const goal = textAt(raw, 'sprint', 'goal');
  return [
    `${name} has started${issues === null ? '' : ` with ${issues} issues`}.`,
    end === undefined ? null : `It ends on ${end}.`,
    goal === null ? null : `Goal: ${goal}`,
  ]
    .filter((part) => part !== null)
    .join(' ');
}
