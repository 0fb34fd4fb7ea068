/**
 * What people have to hear of also where no model can look at it: rules over what the vendors told, first match wins. Nobody's
 * words are read: a text that claims to be urgent is none of these. Pure.
 */
import type { Context, ContextItem } from './context.js';
import { isCriticalPriority } from './critical-priority.js';
import type { PmEvent } from './event.js';
import { isDone, issueItem, waitsOf } from './held-up.js';
import { FAILED, isBookkeeping } from './routing.js';
import { issueSubject } from './subject.js';

export interface Critical {
  /** Name of the rule. */
  readonly rule: string;
  /** A sentence without its full stop, for people. */
  readonly why: string;
  /**
   * The subject that it holds of, whatever the event's own is: people hear of it once, from however many threads it comes up. Left out
   * where that is the event's own, and in histories from before.
   */
  readonly about?: string;
}

/** Of what people are told once. */
export function toldSubjectOf(
  { about }: Pick<Critical, 'about'>,
  { subject }: Pick<PmEvent, 'subject'>,
): string {
  return about ?? subject;
}

type Found = Omit<Critical, 'rule'>;

export interface Looked {
  /** All that the cycle answers. */
  readonly events: readonly PmEvent[];
  readonly context: Pick<Context, 'facts' | 'items'>;
  /** Names of priorities; left out: `CRITICAL_PRIORITIES`. */
  readonly criticalPriorities?: readonly string[];
}

interface Rule {
  readonly name: string;
  /** Null where it does not hold. */
  readonly found: (looked: Looked) => Found | null;
}

const RULES: readonly Rule[] = [
  { name: 'critical work', found: (looked) => (isNews(looked.events) ? criticalWork(looked) : null) },
  {
    name: 'blocked sprint work',
    found: ({ events, context }) =>
      events.some(mayBlock) ? (flagged(events, context) ?? blocked(context)) : null,
  },
  { name: 'red main branch', found: ({ context }) => redMainBranch(context) },
];

/** Null where nobody has to hear of it. */
export function criticalOf(looked: Looked): Critical | null {
  for (const { name, found } of RULES) {
    const critical = found(looked);
    if (critical !== null) {
      return { rule: name, ...critical };
    }
  }
  return null;
}

/**
 * May a rule hold for this event, whatever stands around it? To be judged before it is read about.
 * @param criticalPriorities as in `Looked`
 */
export function mayBeCritical(event: PmEvent, criticalPriorities?: readonly string[]): boolean {
  if (event.type === 'commit_status') {
    return FAILED.has(event.state);
  }
  const isRaise =
    event.type === 'issue_updated' &&
    event.changes.some(({ field, to }) => isRaised(field, to, criticalPriorities));
  return isRaise || event.type === 'issue_created' || mayBlock(event);
}

function isRaised(field: string, to: string | null, criticalPriorities?: readonly string[]): boolean {
  return field.toLowerCase() === 'priority' && isCriticalPriority(to, criticalPriorities);
}

/** What is only said of an issue somewhere else is no news of it: else whoever names it would make a question critical. */
function isNews(events: readonly PmEvent[]): boolean {
  return events.some(
    (event) => event.source !== 'slack' && !(event.type === 'issue_updated' && isBookkeeping(event.changes)),
  );
}

function criticalWork({ context: { facts, items }, criticalPriorities }: Looked): Found | null {
  const { issue } = facts;
  return issue !== null &&
    isCriticalPriority(issue.priority, criticalPriorities) &&
    !isDone(issueItem(items, issue.key))
    ? ofIssue(issue.key, `${issue.key} has the priority ${issue.priority} and is ${issue.status}`)
    : null;
}

function ofIssue(key: string, why: string): Found {
  return { why, about: issueSubject({ id: null, key }) };
}

/** What can make work blocked, or bring blocked work into the sprint. */
const BLOCKING_FIELDS: ReadonlySet<string> = new Set(['link', 'sprint', 'flagged', 'status']);

function mayBlock(event: PmEvent): boolean {
  return (
    event.type === 'issuelink_created' ||
    (event.type === 'issue_updated' &&
      event.changes.some(({ field }) => BLOCKING_FIELDS.has(field.toLowerCase())))
  );
}

function flagged(events: readonly PmEvent[], { facts, items }: Looked['context']): Found | null {
  const isFlagged = events.some(
    (event) =>
      event.type === 'issue_updated' &&
      event.changes.some(({ field, to }) => field.toLowerCase() === 'flagged' && (to ?? '') !== ''),
  );
  const { issue } = facts;
  return isFlagged && issue !== null && isInSprint(issueItem(items, issue.key), items)
    ? ofIssue(issue.key, `${issue.key} is in the running sprint and was flagged as impeded`)
    : null;
}

function blocked({ facts, items }: Looked['context']): Found | null {
  const { issue } = facts;
  const waits = issue === null ? [] : waitsOf(issue, items);
  const worst = waits.find(({ key }) => isInSprint(issueItem(items, key), items));
  return worst === undefined
    ? null
    : ofIssue(
        worst.key,
        `${worst.key} is in the running sprint and is blocked by ${worst.by} (${worst.status})`,
      );
}

function redMainBranch({ items }: Looked['context']): Found | null {
  const red = items.find(
    ({ kind, data }) =>
      kind === 'commit_status' &&
      FAILED.has(String(data.state)) &&
      typeof data.branch === 'string' &&
      data.branch === data.mainBranch,
  );
  return red === undefined ? null : { why: `the build of the main branch ${String(red.data.branch)} is red` };
}

/** Issues name their sprint; the sprint's own item says whether it runs. */
function isInSprint(item: ContextItem | null, items: readonly ContextItem[]): boolean {
  const name = item?.data.sprint ?? null;
  return (
    name !== null &&
    !isDone(item) &&
    items.some(({ kind, data }) => kind === 'sprint' && data.name === name && data.state === 'active')
  );
}
