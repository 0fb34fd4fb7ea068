/** Does what the vendors told say that an issue is blocked or overdue? Nobody's words are read. Pure. */
import type { Context, ContextFacts, ContextItem } from './context.js';
import { isFinalStatus } from './policy.js';

type Read = Pick<Context, 'facts' | 'items'>;
type Issue = NonNullable<ContextFacts['issue']>;

/** Who waits for whom. */
export interface Wait {
  readonly key: string;
  readonly by: string;
  /** Of the one that is waited for. */
  readonly status: string;
}

/** Is the issue of the event open, and waits for another that is not done, or should have been done by now? */
export function isHeldUp({ facts, items }: Read): boolean {
  const { issue } = facts;
  const item = issue === null ? null : issueItem(items, issue.key);
  return (
    issue !== null &&
    !isDone(item) &&
    !isFinalStatus(issue.status) &&
    (isOverdue(issue, item) || waitsOf(issue, items).some(({ key }) => key === issue.key))
  );
}

/** As of when it was read: the same context is the same question for ever. The due day itself is not over. */
function isOverdue({ dueDate = null }: Issue, item: ContextItem | null): boolean {
  return dueDate !== null && item !== null && dueDate < item.fetchedAt.slice(0, 10);
}

/** What the issue's links say of waits that are not over: its own for others, and others' for it. */
export function waitsOf(issue: Issue, items: readonly ContextItem[]): readonly Wait[] {
  return items.flatMap((item) => waitOf(item, issue)).filter(({ status }) => !isFinalStatus(status));
}

function waitOf(
  { kind, data: { relation, key: other, status } }: ContextItem,
  { key, status: own }: Issue,
): readonly Wait[] {
  if (kind !== 'link' || typeof other !== 'string') {
    return [];
  }
  if (relation === 'is blocked by') {
    return [{ key, by: other, status: typeof status === 'string' ? status : 'unknown' }];
  }
  return relation === 'blocks' ? [{ key: other, by: key, status: own }] : [];
}

export function issueItem(items: readonly ContextItem[], key: string): ContextItem | null {
  return items.find(({ kind, data }) => kind === 'issue' && data.key === key) ?? null;
}

export function isDone(item: ContextItem | null): boolean {
  return item?.data.statusCategory === 'done';
}
