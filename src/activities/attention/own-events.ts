/** Did the agent itself do this? Its account tells; and whoever is named as author, so does what it wrote. */
import { log } from '@temporalio/activity';
import type { EffectRow } from '../../audit/mirror.js';
import type { Action } from '../../domain/action.js';
import { markOfAction } from '../../domain/effect.js';
import { effectQueryOf } from '../../domain/effect-query.js';
import type { PmEvent } from '../../domain/event.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import { createExecutors, type Executors, findEffect } from '../actions/index.js';
import type { ActivityDeps } from '../dependencies.js';
import { isByOwnAccount, type OwnAccounts } from '../own-accounts.js';

type OwnEventDeps = Pick<ActivityDeps, 'jira' | 'jiraEdits' | 'bitbucket' | 'slack' | 'notes' | 'mirror'>;

export type IsOwnEvent = (event: PmEvent) => Promise<boolean>;

/**
 * Own by account, by the ledger's id of what was said, or by the vendor's marker: an event may arrive before the ledger
 * has the id, then the effects that are under way on that place are looked for as after a crash. Jira's hidden property
 * counts by itself, also where another installation wrote it; a visible reference at Bitbucket only with the ledger's word.
 */
export function createIsOwnEvent(deps: OwnEventDeps, accounts: OwnAccounts): IsOwnEvent {
  const executors = createExecutors(deps);
  return async (event) => {
    if (isByOwnAccount(event, await accounts.of(event.source))) {
      return true;
    }
    const query = effectQueryOf(event);
    if (query === null) {
      return false;
    }
    const effects = await deps.mirror.effectsLike(query);
    return (
      effects.some((effect) => effect.remoteId === query.remoteId) ||
      (await isUnderWay(executors, effects, query.remoteId)) ||
      (event.source === 'jira' && (await isMarked(deps, query.remoteId)))
    );
  };
}

async function isUnderWay(
  executors: Executors,
  effects: readonly EffectRow[],
  remoteId: string,
): Promise<boolean> {
  for (const { id, kind, payload } of effects) {
    const action = { kind, payload: JSON.parse(payload) as unknown } as Action;
    const made = await readable(findEffect(executors, action, markOfAction(id)));
    if (made?.remoteId === remoteId) {
      return true;
    }
  }
  return false;
}

async function isMarked({ jira }: OwnEventDeps, commentId: string): Promise<boolean> {
  return (await readable(jira.actionOfComment(commentId))) !== null;
}

/** What the vendor does not show is no proof; the event is then somebody's. */
async function readable<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof IntegrationError && [403, 404, 410].includes(error.status ?? 0)) {
      log.warn('a comment could not be looked at for the marker of the agent', { error });
      return null;
    }
    throw error;
  }
}
