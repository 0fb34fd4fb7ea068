/** Answers composed from the facts in the prompt: one small function per topic, chosen by words of the question. */
import { at, textAt } from '../loose-json.js';
import type { Prompt, PromptItem, PromptPullRequest } from './prompt.js';

/** Sentences and the context items that carry them. */
export interface Answer {
  readonly text: string;
  readonly evidence: readonly string[];
}

interface Topic {
  readonly asks: RegExp;
  /** Null where the prompt holds nothing on it. */
  readonly answer: (prompt: Prompt) => Answer | null;
}

/** In the order in which an answer to several of them speaks. */
const TOPICS = {
  status: {
    asks: /\b(status|state|progress|stand|how far|how is|open|done|closed|merged)\b/i,
    answer: status,
  },
  assignee: { asks: /\b(who|whose|assignee|assigned|owner|working on|works on|author)\b/i, answer: assignee },
  priority: { asks: /\b(priority|urgent|important|severity)\b/i, answer: priority },
  sprint: { asks: /\b(when|sprint|due|deadline|eta|date|finish|ready)\b/i, answer: sprint },
  blockers: { asks: /\b(block\w*|wait\w*|depend\w*|stuck|hold\w*)\b/i, answer: blockers },
  change: { asks: /\b(last|latest|recent\w*|chang\w*|updat\w*|happened|new)\b/i, answer: lastChange },
  reviewers: { asks: /\b(review\w*|approv\w*)\b/i, answer: reviewers },
  builds: { asks: /\b(build\w*|pipeline\w*|ci|tests?|checks?|green|red)\b/i, answer: builds },
} as const satisfies Record<string, Topic>;

const SUMMARY: readonly (keyof typeof TOPICS)[] = [
  'status',
  'assignee',
  'priority',
  'sprint',
  'blockers',
  'reviewers',
  'builds',
];

/** The answer to a question; one that names no known topic gets a summary of how things stand. */
export function answerTo(question: string, prompt: Prompt): Answer {
  const asked = Object.values(TOPICS).filter((topic) => topic.asks.test(question));
  const chosen = asked.length > 0 ? asked : SUMMARY.map((name) => TOPICS[name]);
  const found = chosen.map((topic) => topic.answer(prompt)).filter((part) => part !== null);
  if (found.length === 0 && asked.length > 0) {
    return answerTo('', prompt);
  }
  return found.length === 0 ? nothingKnown(prompt) : join([heading(prompt), ...found]);
}

function join(parts: readonly Answer[]): Answer {
  return {
    text: parts
      .map((part) => part.text)
      .filter((text) => text !== '')
      .join(' '),
    evidence: [...new Set(parts.flatMap((part) => part.evidence))],
  };
}

function nothingKnown(prompt: Prompt): Answer {
  return {
    text: 'I see no issue or pull request in this conversation. Name one, like PAY-142, and ask again.',
    evidence: prompt.items.slice(0, 1).map((item) => item.id),
  };
}

/** Names the thing that is spoken about. */
function heading(prompt: Prompt): Answer {
  const pull = pullRequestInFocus(prompt);
  const name = pull === null ? (prompt.issue?.key ?? 'This') : `Pull request #${pull.id}`;
  const title = pull === null ? (prompt.issue?.summary ?? null) : pull.title;
  return { text: title === null ? `${name}:` : `${name} (${title}):`, evidence: [] };
}

/** On a pull request the talk is about that, although the issue that it names is known too. */
function pullRequestInFocus(prompt: Prompt): PromptPullRequest | null {
  return prompt.issue === null || prompt.event.type.startsWith('pr_') ? prompt.pullRequest : null;
}

function status(prompt: Prompt): Answer | null {
  const pull = pullRequestInFocus(prompt);
  if (pull === null) {
    const name = prompt.issue?.status ?? null;
    return name === null ? null : { text: `the status is ${name}.`, evidence: idsOf(prompt, 'issue') };
  }
  if (pull.state === null) {
    return null;
  }
  const known = pull.sourceBranch !== null && pull.destinationBranch !== null;
  const branches = known ? `, from ${pull.sourceBranch} into ${pull.destinationBranch}` : '';
  return { text: `it is ${pull.state.toLowerCase()}${branches}.`, evidence: idsOf(prompt, 'pull_request') };
}

function assignee(prompt: Prompt): Answer | null {
  if (pullRequestInFocus(prompt) !== null || prompt.issue === null) {
    const author = personIn(first(prompt, 'pull_request'), 'author');
    return author === null ? null : { text: `${author} wrote it.`, evidence: idsOf(prompt, 'pull_request') };
  }
  const { assigneeId, people } = prompt.issue;
  if (assigneeId === null) {
    return { text: 'Nobody is assigned.', evidence: idsOf(prompt, 'issue') };
  }
  const name = people.find((person) => person.id === assigneeId)?.name;
  const shown = name ?? personIn(first(prompt, 'issue'), 'assignee') ?? assigneeId;
  return { text: `${shown} is working on it.`, evidence: idsOf(prompt, 'issue') };
}

function priority(prompt: Prompt): Answer | null {
  const name = prompt.issue?.priority ?? null;
  return name === null ? null : { text: `Its priority is ${name}.`, evidence: idsOf(prompt, 'issue') };
}

function sprint(prompt: Prompt): Answer | null {
  const item = first(prompt, 'sprint');
  const issue = first(prompt, 'issue');
  const name =
    textAt(item?.data, 'name') ?? textAt(issue?.data, 'sprint', 'name') ?? textAt(issue?.data, 'sprint');
  const end = day(textAt(item?.data, 'endDate') ?? textAt(issue?.data, 'sprint', 'endDate'));
  const due = day(textAt(issue?.data, 'dueDate') ?? textAt(issue?.data, 'duedate'));
  const parts = [
    name === null ? null : `It is in ${name}${end === null ? '' : `, which ends on ${end}`}.`,
    due === null ? null : `It is due on ${due}.`,
  ].filter((part) => part !== null);
  if (parts.length === 0) {
    return prompt.issue === null ? null : { text: 'It is in no sprint.', evidence: idsOf(prompt, 'issue') };
  }
  return { text: parts.join(' '), evidence: [item?.id, issue?.id].filter((id) => id !== undefined) };
}

function blockers(prompt: Prompt): Answer | null {
  if (prompt.issue === null) {
    return null;
  }
  const blocking = prompt.items.filter(
    (item) => item.kind === 'link' && /is blocked by|depends on/i.test(textAt(item.data, 'relation') ?? ''),
  );
  if (blocking.length === 0) {
    return { text: 'Nothing is linked as blocking it.', evidence: idsOf(prompt, 'issue') };
  }
  const names = blocking.map((item) => {
    const state = textAt(item.data, 'status');
    return `${textAt(item.data, 'key') ?? item.id}${state === null ? '' : ` (${state})`}`;
  });
  return { text: `It is blocked by ${names.join(', ')}.`, evidence: blocking.map((item) => item.id) };
}

function lastChange(prompt: Prompt): Answer | null {
  const changes = prompt.items.filter((item) => item.kind === 'change');
  const newest = changes.toSorted((left, right) => when(left).localeCompare(when(right))).at(-1);
  if (newest === undefined) {
    return null;
  }
  const { data } = newest;
  const by = personIn(newest, 'author');
  const at = day(textAt(data, 'at') ?? textAt(data, 'created'));
  const text = `The last change was ${textAt(data, 'field') ?? 'a field'} from ${textAt(data, 'from') ?? 'none'} to ${
    textAt(data, 'to') ?? 'none'
  }${by === null ? '' : `, by ${by}`}${at === null ? '' : ` on ${at}`}.`;
  return { text, evidence: [newest.id] };
}

function when(item: PromptItem): string {
  return textAt(item.data, 'at') ?? textAt(item.data, 'created') ?? '';
}

function reviewers(prompt: Prompt): Answer | null {
  const item = first(prompt, 'pull_request');
  const list = at(item?.data, 'reviewers');
  if (item === undefined || !Array.isArray(list)) {
    return null;
  }
  const names = list.map((reviewer: unknown) => {
    const state = textAt(reviewer, 'state');
    return `${nameOf(reviewer) ?? 'somebody'}${state === null ? '' : ` (${state.replaceAll('_', ' ')})`}`;
  });
  const text = names.length === 0 ? 'It has no reviewers.' : `Reviewers: ${names.join(', ')}.`;
  return { text, evidence: [item.id] };
}

function builds(prompt: Prompt): Answer | null {
  const items = prompt.items.filter((item) => item.kind === 'commit_status');
  if (items.length === 0) {
    return null;
  }
  const names = items.map(
    (item) => `${textAt(item.data, 'name') ?? 'build'} ${textAt(item.data, 'state') ?? 'unknown'}`,
  );
  return { text: `Builds: ${names.join(', ')}.`, evidence: items.map((item) => item.id) };
}

function first(prompt: Prompt, kind: string): PromptItem | undefined {
  return prompt.items.find((item) => item.kind === kind);
}

/** Ids of the first item of a kind, as evidence. */
export function idsOf(prompt: Prompt, kind: string): readonly string[] {
  const item = first(prompt, kind);
  return item === undefined ? [] : [item.id];
}

function personIn(item: PromptItem | undefined, member: string): string | null {
  const person = at(item?.data, member);
  return typeof person === 'string' && person !== '' ? person : nameOf(person);
}

function nameOf(person: unknown): string | null {
  return textAt(person, 'displayName') ?? textAt(person, 'display_name') ?? textAt(person, 'name');
}

function day(time: string | null): string | null {
  return time === null ? null : time.slice(0, 10);
}
