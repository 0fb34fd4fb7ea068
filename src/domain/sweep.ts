/** What the sweep passes around: it looks at the vendors itself and finds changes that no webhook told of. */
import type { EventSource, PmEvent } from './event.js';

/** A change as a vendor's API shows it: the event that its webhook would have been. */
export interface FoundChange {
  readonly event: PmEvent & { readonly changeKey: string };
  /** Every name the vendor gives the actor: own changes are recognised by any of them. */
  readonly actorIds: readonly string[];
}

/** What can be looked at, and whose it is. */
export const SCOPE_KINDS = {
  issues: 'jira',
  overdue: 'jira',
  sprints: 'jira',
  pull_requests: 'bitbucket',
  conversations: 'slack',
} as const satisfies Readonly<Record<string, EventSource>>;
export type ScopeKind = keyof typeof SCOPE_KINDS;

/** One place that is looked at by itself, with a watermark of its own. */
export interface SweepScope {
  readonly kind: ScopeKind;
  /** A project's key, a board's number, `workspace/repository`; null: everything of this kind. */
  readonly place: string | null;
  /** ISO 8601 UTC: things that were touched since then are looked at. */
  readonly since: string;
  /**
   * ISO 8601 UTC: changes since then are reported. Earlier than `since`: what moved on while the last sweep read its
   * pages is seen by this one.
   */
  readonly reportSince: string;
}

/** What a scope's watermark is kept under: `issues:PAY`, `conversations`. */
export function scopeId({ kind, place }: Pick<SweepScope, 'kind' | 'place'>): string {
  return place === null ? kind : `${kind}:${place}`;
}

/** What one run looks at. */
export interface SweepPlan {
  /** ISO 8601 UTC, before anything was asked: the next watermark. */
  readonly startedAt: string;
  readonly scopes: readonly SweepScope[];
}

/** One page of one scope. `cursor` is the reader's own; null: the first page. */
export interface SweepPageInput {
  readonly scope: SweepScope;
  readonly startedAt: string;
  readonly cursor: string | null;
}

export interface SweepPageResult {
  /** Where the next page begins; null: that was the last one, and the watermark stands. */
  readonly cursor: string | null;
  /** Issues, pull requests, threads or sprints that were looked at. */
  readonly looked: number;
  /** Changes that no webhook had told of. */
  readonly found: number;
}

/** How one scope came out. */
export interface SweptScope {
  readonly scope: string;
  readonly looked: number;
  readonly found: number;
  /** Why it was not read to its end; its watermark stays, and the next sweep begins there. Null: it was. */
  readonly problem: string | null;
}

/** A scope that is not read to its end yet. */
export interface OpenScope {
  readonly scope: SweepScope;
  readonly cursor: string | null;
  readonly looked: number;
  readonly found: number;
}

/** Null begins a sweep; anything else goes on with one in a new run, so that histories stay small. */
export type SweepInput = {
  readonly startedAt: string;
  readonly open: readonly OpenScope[];
  readonly swept: readonly SweptScope[];
} | null;

export interface SweepResult {
  readonly startedAt: string;
  readonly scopes: readonly SweptScope[];
}
