import { at, recordAt, textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { commentOnIssue } from '../reply.js';

const HIGHEST = /^(?:highest|critical|blocker|urgent|p0|p1)$/i;

/** A new bug without a description, or a new issue of the highest priority that nobody has: asks for what is missing. */
export function incompleteIssue(prompt: Prompt): StandInDecision | null {
  const data = prompt.items.find((item) => item.kind === 'issue')?.data;
  if (eventsOfType(prompt, 'issue_created').length === 0 || prompt.issue === null || data === undefined) {
    return null;
  }
  const missing = [
    isBug(data) && textAt(data, 'description') === null ? 'steps to reproduce and what was expected' : null,
    HIGHEST.test(prompt.issue.priority ?? '') && prompt.issue.assigneeId === null ? 'who takes it' : null,
  ].filter((part) => part !== null);
  if (missing.length === 0) {
    return null;
  }
  const comment = commentOnIssue(prompt, `This is not complete yet. Please add ${missing.join(', and ')}.`);
  return comment === null
    ? null
    : oneAction(`${prompt.issue.key} lacks ${missing.join(' and ')}.`, comment, idsOf(prompt, 'issue'));
}

function isBug(data: unknown): boolean {
  const type = at(data, 'issueType') ?? at(data, 'issuetype') ?? at(data, 'type');
  const name = typeof type === 'string' ? type : textAt(recordAt(type), 'name');
  return /bug|defect|incident/i.test(name ?? '');
}
