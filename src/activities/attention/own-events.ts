/** Did the agent itself do this? Its account tells; and whoever is named as author, so does what it wrote. */
import { log } from '@temporalio/activity';
import type { EffectRow } from '../../audit/effects.js';
import type { Action } from '../../domain/action.js';
import { lookedForSince, markOfAction } from '../../domain/effect.js';
import { type EffectQuery, effectQueryOf } from '../../domain/effect-query.js';
import type { PmEvent } from '../../domain/event.js';
import { IntegrationError, isOutOfSight } from '../../integrations/integration-error.js';
import { createExecutors, type Executors, findEffect } from '../actions/index.js';
import type { ActivityDeps } from '../dependencies.js';
import { isByOwnAccount, type OwnAccounts } from '../own-accounts.js';

type OwnEventDeps = Pick<
  ActivityDeps,
  'jira' | 'jiraEdits' | 'bitbucket' | 'slack' | 'notes' | 'mirror' | 'people'
>;

/** Those of the events that the agent itself did. */
export type OwnAmong = (events: readonly PmEvent[]) => Promise<ReadonlySet<PmEvent>>;

/**
 * Own by account, by the ledger's id of what was said, or by the vendor's marker. An event may arrive before the ledger
 * has the id: a comment of Jira is then looked at for the hidden property, which counts by itself, also where another
 * installation wrote it, in one request for all of them; elsewhere the effects that are under way on that place are
 * looked for as after a crash, for a visible reference counts only with the ledger's word.
 */
export function createOwnAmong(deps: OwnEventDeps, accounts: OwnAccounts): OwnAmong {
  const executors = createExecutors(deps, accounts);
  return async (events) => {
    const own = new Set<PmEvent>();
    const unmarked = new Map<PmEvent, string>();
    for (const event of events) {
      const query = effectQueryOf(event);
      if (isByOwnAccount(event, await accounts.of(event.source))) {
        own.add(event);
      } else if (query !== null && (await isInLedger(deps, executors, event, query))) {
        own.add(event);
      } else if (query !== null && event.source === 'jira') {
        unmarked.set(event, query.remoteId);
      }
    }
    const marked = await markedAmong(deps, [...unmarked.values()]);
    return new Set([...own, ...events.filter((event) => marked.has(unmarked.get(event) ?? ''))]);
  };
}

async function isInLedger(
  { mirror }: OwnEventDeps,
  executors: Executors,
  event: PmEvent,
  query: EffectQuery,
): Promise<boolean> {
  const effects = await mirror.effectsLike(query);
  return (
    effects.some((effect) => effect.remoteId === query.remoteId) ||
    (event.source !== 'jira' && (await isUnderWay(executors, effects, event, query.remoteId)))
  );
}

async function isUnderWay(
  executors: Executors,
  effects: readonly EffectRow[],
  event: PmEvent,
  remoteId: string,
): Promise<boolean> {
  // The event tells of the very effect, if of any.
  const since = lookedForSince(event.occurredAt);
  for (const { id, kind, payload } of effects) {
    const action = { kind, payload: JSON.parse(payload) as unknown } as Action;
    const made = await readable(findEffect(executors, action, markOfAction(id, since)));
    if (made?.remoteId === remoteId) {
      return true;
    }
  }
  return false;
}

async function markedAmong(
  { jira }: OwnEventDeps,
  commentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return commentIds.length === 0
    ? new Map()
    : ((await readable(jira.actionsOfComments(commentIds))) ?? new Map());
}

/** What the vendor does not show is no proof; the event is then somebody's. */
async function readable<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    const isHidden = error instanceof IntegrationError && [403, 404, 410].includes(error.status ?? 0);
    if (isHidden || isOutOfSight(error)) {
      log.warn('a comment could not be looked at for the marker of the agent', { error });
      return null;
    }
    throw error;
  }
}
