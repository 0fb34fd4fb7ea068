/** The prompt as the product sends it, read defensively: the stand-in answers from what it really got. */
import { at, isRecord, type JsonRecord, listAt, parseJson, recordAt, textAt } from '../loose-json.js';

/** A context item; `data` holds the vendor's facts. */
export interface PromptItem {
  readonly id: string;
  readonly kind: string;
  readonly data: JsonRecord;
}

/** What happened, as far as the rules read it. */
export interface PromptEvent {
  readonly type: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  /** The event itself, for what only one rule reads. */
  readonly raw: JsonRecord;
}

export interface PromptIssue {
  readonly key: string;
  readonly summary: string | null;
  readonly status: string | null;
  readonly assigneeId: string | null;
  readonly priority: string | null;
  readonly reachableStatuses: readonly string[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

export interface PromptPullRequest {
  readonly repository: string;
  readonly id: number;
  readonly title: string | null;
  readonly state: string | null;
  readonly sourceBranch: string | null;
  readonly destinationBranch: string | null;
}

export interface Prompt {
  readonly agentName: string;
  /** The agent's own account ids at the vendors. */
  readonly agentAccounts: readonly string[];
  /** The team's channel, or the one that the event came from; null where the prompt names neither. */
  readonly channel: string | null;
  readonly event: PromptEvent;
  readonly alsoAnswers: readonly PromptEvent[];
  readonly issue: PromptIssue | null;
  readonly pullRequest: PromptPullRequest | null;
  readonly items: readonly PromptItem[];
}

/** The prompt inside a Messages API request: JSON in its last tool_result that tells of an event. Null where there is none. */
export function readPrompt(body: unknown): Prompt | null {
  const results = listAt(body, 'messages')
    .flatMap((message) => listAt(message, 'content'))
    .filter((block) => at(block, 'type') === 'tool_result');
  const contents = results.map((result) => parseJson(resultText(at(result, 'content'))));
  const context = contents.findLast((content) => isRecord(content) && isRecord(content.event));
  return isRecord(context) ? toPrompt(context) : null;
}

/** The events of one type that this decision answers, newest first: a burst may hide one behind another. */
export function eventsOfType(prompt: Prompt, ...types: readonly string[]): readonly PromptEvent[] {
  return [prompt.event, ...prompt.alsoAnswers.toReversed()].filter((event) => types.includes(event.type));
}

function resultText(content: unknown): string {
  if (typeof content === 'string') {
    return content;
  }
  return Array.isArray(content) ? content.map((block) => textAt(block, 'text') ?? '').join('') : '';
}

function toPrompt(content: JsonRecord): Prompt {
  const items = listAt(content, 'items').flatMap(toItem);
  return {
    agentName: textAt(content, 'agent', 'name') ?? 'PM Agent',
    agentAccounts: textsIn(at(content, 'agent', 'accounts')),
    channel: textAt(content, 'facts', 'thread', 'channel') ?? textAt(content, 'agent', 'channel'),
    event: toEvent(content.event, items),
    alsoAnswers: listAt(content, 'alsoAnswers').map((event) => toEvent(event, items)),
    issue: toIssue(recordAt(content, 'facts', 'issue')),
    pullRequest: toPullRequest(recordAt(content, 'facts', 'pullRequest')),
    items,
  };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return value === '' ? [] : [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function toEvent(value: unknown, items: readonly PromptItem[]): PromptEvent {
  const wrapped = at(value, 'event');
  const raw = withText(isRecord(wrapped) ? wrapped : recordAt(value), items);
  return {
    type: textAt(raw, 'type') ?? 'unknown',
    actorId: textAt(raw, 'actor', 'id'),
    actorName: textAt(raw, 'actor', 'name'),
    raw,
  };
}

/** What an item tells stands in the event by its id alone (`textIn`). */
function withText(raw: JsonRecord, items: readonly PromptItem[]): JsonRecord {
  const told = (id: string | null, member: string) =>
    textAt(items.find((item) => item.id === id)?.data, member);
  const message = told(textAt(raw, 'textIn'), 'text');
  const comment = told(textAt(raw, 'comment', 'textIn'), 'body');
  return {
    ...raw,
    ...(message === null ? {} : { text: message }),
    ...(comment === null ? {} : { comment: { ...recordAt(raw, 'comment'), text: comment } }),
  };
}

function toIssue(raw: JsonRecord): PromptIssue | null {
  const key = textAt(raw, 'key');
  if (key === null) {
    return null;
  }
  return {
    key,
    summary: textAt(raw, 'summary'),
    status: textAt(raw, 'status'),
    assigneeId: textAt(raw, 'assigneeId'),
    priority: textAt(raw, 'priority'),
    reachableStatuses: listAt(raw, 'reachableStatuses').filter((name) => typeof name === 'string'),
    people: listAt(raw, 'people').flatMap((person) => {
      const id = textAt(person, 'id');
      const name = textAt(person, 'name');
      return id === null || name === null ? [] : [{ id, name }];
    }),
  };
}

function toPullRequest(raw: JsonRecord): PromptPullRequest | null {
  const repository = textAt(raw, 'repository');
  const id = Number(textAt(raw, 'id'));
  if (repository === null || !Number.isInteger(id)) {
    return null;
  }
  return {
    repository,
    id,
    title: textAt(raw, 'title'),
    state: textAt(raw, 'state'),
    sourceBranch: textAt(raw, 'sourceBranch'),
    destinationBranch: textAt(raw, 'destinationBranch'),
  };
}

function toItem(value: unknown): readonly PromptItem[] {
  const id = textAt(value, 'id');
  const kind = textAt(value, 'kind');
  return id === null || kind === null ? [] : [{ id, kind, data: recordAt(value, 'data') }];
}
