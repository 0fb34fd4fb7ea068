/** Who is spoken to: finds the words that are meant for the agent and drops what is only quoted. */
import { textAt } from '../loose-json.js';
import type { Prompt, PromptEvent } from './prompt.js';

/** Event types whose text is a comment that may name the agent. */
const COMMENT_TYPES: ReadonlySet<string> = new Set([
  'comment_created',
  'comment_updated',
  'pr_comment_created',
]);

/** Event types that reach the agent only when it is meant. */
const DIRECT_TYPES: ReadonlySet<string> = new Set([
  'app_mention',
  'direct_message',
  'thread_message',
  'slash_command',
]);

/** One text that is meant for the agent, without quotes and without the mention itself. */
export interface Addressed {
  readonly event: PromptEvent;
  readonly words: string;
}

const MUTE_ORDER = /^(?:please\s+)?(mute|unmute)(?:\s+(?:please|this|it|here|now))*[\s.!]*$/i;

/** The newest text that is meant for the agent comes first; empty where nobody asks it for anything. */
export function addressedTexts(prompt: Prompt): readonly Addressed[] {
  return spokenTexts(prompt).filter(({ words }) => !MUTE_ORDER.test(words));
}

/** Each `mute` and `unmute` that was said, newest first. */
export function muteOrders(prompt: Prompt): readonly string[] {
  return spokenTexts(prompt).flatMap(({ words }) => MUTE_ORDER.exec(words)?.[1]?.toLowerCase() ?? []);
}

function spokenTexts(prompt: Prompt): readonly Addressed[] {
  return [prompt.event, ...prompt.alsoAnswers.toReversed()].flatMap((event) => {
    const words = wordsFor(event, prompt);
    return words === null ? [] : [{ event, words }];
  });
}

/** Ids of the items that hold these words at the vendor, as evidence. */
export function idsOfWords({ event }: Addressed, prompt: Prompt): readonly string[] {
  const ids = [`comment-${textAt(event.raw, 'comment', 'id')}`, `message-${textAt(event.raw, 'ts')}`];
  return prompt.items.map((item) => item.id).filter((id) => ids.includes(id));
}

function wordsFor(event: PromptEvent, prompt: Prompt): string | null {
  const mention = mentionOf(prompt);
  if (DIRECT_TYPES.has(event.type)) {
    const text = withoutQuotes(textAt(event.raw, 'text') ?? '');
    return tidy(text.replaceAll(mention, ' ').replaceAll(/<@[A-Z0-9]+(?:\|[^>]*)?>/gi, ' '));
  }
  if (!COMMENT_TYPES.has(event.type)) {
    return null;
  }
  const text = withoutQuotes(textAt(event.raw, 'comment', 'text') ?? '');
  return text.search(mention) === -1 ? null : tidy(text.replaceAll(mention, ' '));
}

/** `@PM Agent`, `@pm-agent`, `<@U…>`, `[~accountid:…]`, `@{uuid}`: the name and every account of the agent. */
function mentionOf(prompt: Prompt): RegExp {
  const name = prompt.agentName.trim().split(/\s+/).map(escape).join('[\\s_-]?');
  const accounts = prompt.agentAccounts
    .map(escape)
    .flatMap((id) => [`<@${id}(?:\\|[^>]*)?>`, `\\[~(?:accountid:)?${id}\\]`, `@\\{?${id}\\}?(?![\\w-])`]);
  return new RegExp([`@\\[?${name}\\]?(?![\\w-])`, ...accounts].join('|'), 'giu');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Leaves out `>` lines (also as Slack escapes them), wiki `bq.` lines and `{quote}` blocks. */
function withoutQuotes(text: string): string {
  return text
    .replaceAll(/\{quote\}[\s\S]*?(?:\{quote\}|$)/gi, '\n')
    .split('\n')
    .filter((line) => !/^\s*(?:>|&gt;|bq\.\s)/.test(line))
    .join('\n');
}

function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s,:;.-]+/, '')
    .trim();
}
