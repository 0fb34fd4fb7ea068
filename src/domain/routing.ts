/**
 * Which events are worth the model, before any is asked: rules, first match wins. What no rule speaks for, the small model
 * looks at. Pure.
 */
import type { Context } from './context.js';
import { isCriticalPriority } from './critical-priority.js';
import type { EventType, PmEvent } from './event.js';
import { isDone, issueItem } from './held-up.js';
import { ownWords } from './own-words.js';
import { isFinalStatus } from './policy.js';
import { spokenIn } from './spoken.js';

export type Route =
  | { readonly to: 'nobody' | 'model'; readonly rule: string; readonly why: string }
  | { readonly to: 'triage' };

export interface Routed {
  /** All that one decision would answer. */
  readonly events: readonly PmEvent[];
  readonly context: Pick<Context, 'facts' | 'items'>;
  /** `mentionPattern` of the agent. */
  readonly mention: string;
  /** Names of priorities; left out: `CRITICAL_PRIORITIES`. */
  readonly criticalPriorities?: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly why: string;
  readonly to: 'nobody' | 'model';
  readonly holds: (routed: Routed) => boolean;
}

/** Event types that reach the agent only when it is meant, or where it takes part. */
const DIRECT: ReadonlySet<EventType> = new Set<EventType>([
  'app_mention',
  'direct_message',
  'thread_message',
  'slash_command',
  'interaction',
]);

/** What people keep in order without anybody having to know. A flag, a sprint, a due date are none of it. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'rank',
  'labels',
  'timeestimate',
  'timeoriginalestimate',
  'timespent',
  'worklogid',
  'story points',
  'story point estimate',
  'remoteworkitemlink',
]);

/** States of a build that did not come out well. */
export const FAILED: ReadonlySet<string> = new Set(['FAILED', 'ERROR']);

const RULES: readonly Rule[] = [
  {
    name: 'asked',
    why: 'a person speaks to the agent',
    to: 'model',
    holds: ({ events, mention }) => events.some((event) => isSpokenTo(event, mention)),
  },
  {
    name: 'critical work',
    why: 'the issue has a critical priority',
    to: 'model',
    holds: ({ context, criticalPriorities }) =>
      isCriticalPriority(context.facts.issue?.priority ?? null, criticalPriorities),
  },
  {
    name: 'overdue no more',
    why: 'the issue is done, or its due date was moved',
    to: 'nobody',
    holds: (routed) => every(isOvertaken(routed.context))(routed),
  },
  {
    name: 'failed build',
    why: 'a build failed',
    to: 'model',
    holds: ({ events }) => events.some((event) => event.type === 'commit_status' && FAILED.has(event.state)),
  },
  {
    name: 'bookkeeping',
    why: 'only rank, labels or estimates changed',
    to: 'nobody',
    holds: every((event) => event.type === 'issue_updated' && isBookkeeping(event.changes)),
  },
  {
    name: 'build that did not fail',
    why: 'no build failed',
    to: 'nobody',
    holds: every((event) => event.type === 'commit_status'),
  },
  {
    name: 'commits',
    why: 'commits were pushed, and no build of theirs failed',
    to: 'nobody',
    holds: (routed) => every((event) => event.type === 'push')(routed) && !hasFailedBuild(routed),
  },
  {
    name: 'sprint in planning',
    why: 'a sprint was created or deleted',
    to: 'nobody',
    holds: every(({ type }) => type === 'sprint_created' || type === 'sprint_deleted'),
  },
];

/** Was the due date that passed moved, or the issue done, by the time it was read? */
function isOvertaken({ facts: { issue }, items }: Routed['context']): (event: PmEvent) => boolean {
  return (event) =>
    event.type === 'issue_overdue' &&
    issue !== null &&
    (issue.dueDate !== event.dueDate || isDone(issueItem(items, issue.key)) || isFinalStatus(issue.status));
}

export function routeOf(routed: Routed): Route {
  const rule = RULES.find(({ holds }) => holds(routed));
  return rule === undefined ? { to: 'triage' } : { to: rule.to, rule: rule.name, why: rule.why };
}

/**
 * Names of all rules by which this is decided without the small model's word: those that send it to a model at once, of which `routeOf`
 * tells the first, and the one of `criticalOf`.
 */
export function decidingRulesOf(
  routed: Routed,
  critical: { readonly rule: string } | null,
): readonly string[] {
  const sending =
    routeOf(routed).to === 'model'
      ? RULES.filter(({ to, holds }) => to === 'model' && holds(routed)).map(({ name }) => name)
      : [];
  return critical === null ? sending : [...sending, critical.rule];
}

function every(holds: (event: PmEvent) => boolean): Rule['holds'] {
  return ({ events }) => events.every(holds);
}

/**
 * The type of the newest further event that speaks to the agent where the first one does not: whoever asks is answered as somebody
 * who asks, although a change came after it. Null otherwise.
 * @param events the first, then those that are answered with it, oldest first
 */
export function askedIn([first, ...further]: readonly PmEvent[], mention: string): EventType | null {
  const isAnswered = first === undefined || isSpokenTo(first, mention);
  return isAnswered ? null : (further.findLast((event) => isSpokenTo(event, mention))?.type ?? null);
}

/** Which of these speaks to the agent: the first, else the newest that does; null for none. @param events as `askedIn` */
export function spokenToIn(events: readonly PmEvent[], mention: string): number | null {
  const speaks = events.map((event) => isSpokenTo(event, mention));
  const found = speaks[0] === true ? 0 : speaks.lastIndexOf(true);
  return found === -1 ? null : found;
}

function isSpokenTo(event: PmEvent, mention: string): boolean {
  return DIRECT.has(event.type) || isNamedIn(event, mention);
}

/** Do its own words name the agent? In a thread where it once took part people also talk to each other. */
export function isNamedIn(event: PmEvent, mention: string): boolean {
  return new RegExp(mention, 'iu').test(ownWords(spokenIn(event)?.text ?? ''));
}

/** Are these changes of fields only what people keep in order without anybody having to know? */
export function isBookkeeping(changes: readonly { readonly field: string }[]): boolean {
  return changes.length > 0 && changes.every(({ field }) => BOOKKEEPING.has(field.toLowerCase()));
}

function hasFailedBuild({ context }: Routed): boolean {
  return context.items.some(({ kind, data }) => kind === 'commit_status' && FAILED.has(String(data.state)));
}
