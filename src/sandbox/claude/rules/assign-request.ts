import { type Addressed, addressedTexts } from '../addressed.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt, PromptIssue } from '../prompt.js';
import { replyTo } from '../reply.js';

const ASSIGN =
  /\b(?:re)?assign\s+(?:(?:this|it|that|the|issue|ticket|bug|task|story|[A-Z][A-Z0-9]+-\d+)\s+){0,3}to\s+@?(.+)/i;
const UNASSIGN = /\bunassign\b/i;

/** "assign this to Bo Chen", "to me", "unassign": people only from the prompt's own list; else says who can be assigned. */
export function assignRequest(prompt: Prompt): StandInDecision | null {
  const request = addressedTexts(prompt)[0];
  const issue = prompt.issue;
  if (request === undefined || issue === null) {
    return null;
  }
  if (UNASSIGN.test(request.words)) {
    return assign(issue, null, `${asker(request)} asked to unassign ${issue.key}.`, prompt);
  }
  const wanted = ASSIGN.exec(request.words)?.[1];
  if (wanted === undefined) {
    return null;
  }
  const person = personFor(wanted, request, issue);
  if (person !== null) {
    return assign(
      issue,
      person.id,
      `${asker(request)} asked to assign ${issue.key} to ${person.name}.`,
      prompt,
    );
  }
  const names = issue.people.map((candidate) => candidate.name).join(', ');
  const text = `I cannot tell who that is. People I can assign ${issue.key} to: ${names === '' ? 'none' : names}.`;
  const reply = replyTo(request.event, prompt, text);
  return reply === null
    ? null
    : oneAction('The person to assign is not clear.', reply, idsOf(prompt, 'issue'));
}

function assign(
  issue: PromptIssue,
  accountId: string | null,
  summary: string,
  prompt: Prompt,
): StandInDecision {
  return oneAction(
    summary,
    { kind: 'jira.assign', payload: { issueKey: issue.key, accountId } },
    idsOf(prompt, 'issue'),
  );
}

function asker(request: Addressed): string {
  return request.event.actorName ?? 'A person';
}

/** The whole name wins over a first name; a first name that two people carry names nobody. */
function personFor(
  wanted: string,
  request: Addressed,
  issue: PromptIssue,
): { readonly id: string; readonly name: string } | null {
  if (/^(?:me|myself)\b/i.test(wanted)) {
    const { actorId, actorName } = request.event;
    return (
      issue.people.find((person) => person.id === actorId) ??
      issue.people.find((person) => person.name === actorName) ??
      null
    );
  }
  const said = wanted.toLowerCase();
  const whole = issue.people.find((person) => startsWithName(said, person.name.toLowerCase()));
  const byFirst = issue.people.filter((person) =>
    startsWithName(said, person.name.toLowerCase().split(' ')[0] ?? ''),
  );
  return whole ?? (byFirst.length === 1 ? (byFirst[0] ?? null) : null);
}

function startsWithName(said: string, name: string): boolean {
  return name !== '' && said.startsWith(name) && !/^[\p{L}\p{N}]/u.test(said.slice(name.length));
}
