import { type Addressed, addressedTexts, idsOfWords } from '../addressed.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt, PromptIssue } from '../prompt.js';
import { replyTo } from '../reply.js';

const THING = String.raw`(?:this|it|that|(?:the |this )?(?:issue|ticket|bug|story|task)|[A-Z][A-Z0-9]+-\d+)`;
const CLOSE = new RegExp(String.raw`\b(?:close|resolve|finish|complete)\s+${THING}\b`, 'i');
const REOPEN = new RegExp(String.raw`\breopen\s+${THING}\b`, 'i');
const START = new RegExp(String.raw`\bstart\s+(?:work(?:ing)? on\s+)?${THING}\b`, 'i');
const MOVE = new RegExp(
  String.raw`\b(?:move|transition|set|change|put)\s+(?:the status\s+(?:of\s+)?)?(?:${THING}\s+)?(?:back\s+)?(?:to|into|in)\s+["'“*]*(.+)`,
  'i',
);
/** "When will you close this?" asks, it does not request. */
const ONLY_ASKS = /^(?:when|why|who|how|what|should|did|does|has|have|was|is|are|will)\b/i;

const CLOSED = ['done', 'closed', 'resolved', 'complete', 'completed', 'released'];
const OPEN = ['to do', 'open', 'reopened', 'backlog', 'selected for development'];
const STARTED = ['in progress', 'doing', 'in development'];

/** "@PM Agent please close this", "move it to In Progress": proposes the transition where it is reachable, else says why not. */
export function transitionRequest(prompt: Prompt): StandInDecision | null {
  const request = addressedTexts(prompt)[0];
  const issue = prompt.issue;
  if (request === undefined || issue === null || ONLY_ASKS.test(request.words)) {
    return null;
  }
  const wanted = wantedStatuses(request.words);
  return wanted === null ? null : decisionFor(request, prompt, issue, wanted);
}

/** Status names that would fulfil the request, best first and in lower case; null where the text requests none. */
function wantedStatuses(words: string): readonly string[] | null {
  const moved = MOVE.exec(words)?.[1];
  if (moved !== undefined) {
    return [moved.toLowerCase()];
  }
  if (CLOSE.test(words)) {
    return CLOSED;
  }
  if (REOPEN.test(words)) {
    return OPEN;
  }
  return START.test(words) ? STARTED : null;
}

function decisionFor(
  request: Addressed,
  prompt: Prompt,
  issue: PromptIssue,
  wanted: readonly string[],
): StandInDecision | null {
  const toStatus = pick(issue.reachableStatuses, wanted);
  const evidence = [...idsOfWords(request, prompt), ...idsOf(prompt, 'issue')];
  if (toStatus !== null && !namesOther(request.words, issue.key)) {
    const action = { kind: 'jira.transition', payload: { issueKey: issue.key, toStatus } } as const;
    return oneAction(`${asker(request)} asked to move ${issue.key} to ${toStatus}.`, action, evidence);
  }
  const text = namesOther(request.words, issue.key)
    ? `I can only move ${issue.key} from here. Ask on the other issue itself.`
    : cannotMove(issue, wanted);
  const reply = replyTo(request.event, prompt, text);
  return reply === null
    ? null
    : oneAction(`The requested move of ${issue.key} is not possible.`, reply, evidence);
}

function asker(request: Addressed): string {
  return request.event.actorName ?? 'A person';
}

function pick(reachable: readonly string[], wanted: readonly string[]): string | null {
  const longestFirst = reachable.toSorted((left, right) => right.length - left.length);
  for (const name of wanted) {
    const found = longestFirst.find((status) => startsWithWord(name, status.toLowerCase()));
    if (found !== undefined) {
      return found;
    }
  }
  return null;
}

function startsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && !/^[\p{L}\p{N}]/u.test(text.slice(word.length));
}

function namesOther(words: string, key: string): boolean {
  const keys: readonly string[] = words.match(/\b[A-Z][A-Z0-9]+-\d+\b/g) ?? [];
  return keys.length > 0 && !keys.includes(key);
}

function cannotMove(issue: PromptIssue, wanted: readonly string[]): string {
  const status = issue.status ?? 'unknown';
  if (wanted.some((name) => startsWithWord(name, status.toLowerCase()))) {
    return `${issue.key} is already in ${status}.`;
  }
  const reachable = issue.reachableStatuses.join(', ');
  return reachable === ''
    ? `${issue.key} cannot be moved from ${status}.`
    : `${issue.key} cannot be moved there from ${status}. It can go to: ${reachable}.`;
}
