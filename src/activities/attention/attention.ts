/**
 * Before anything is read or any model is asked: is there anybody to answer? The agent's own words, orders that code
 * obeys, muted places, quotes, and bots that were answered often enough need no reasoning.
 */
import { botScopesOf } from '../../domain/bot-scope.js';
import type { CycleInput, PlannedAction } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import { limitSentence, subjectScope } from '../../domain/limit.js';
import { mentionPattern } from '../../domain/mention.js';
import { muteSentence } from '../../domain/mute.js';
import { openBreaker } from '../breaker.js';
import type { ActivityDeps } from '../dependencies.js';
import type { OwnAccounts } from '../own-accounts.js';
import { type CycleEvent, obeyMuteOrders } from './mute-orders.js';
import { createOwnAmong, type OwnAmong } from './own-events.js';
import { isMentionedInQuoteOnly, isQuoteOnly } from './quotes.js';

export interface Attention {
  /** Why nobody has to be answered; null where somebody does. */
  readonly nothingToDo: string | null;
  /** What code decided on: carried out either way. */
  readonly actions: readonly PlannedAction[];
}

export type Attend = (cycle: CycleInput) => Promise<Attention>;

type AttentionDeps = Pick<
  ActivityDeps,
  | 'jira'
  | 'jiraEdits'
  | 'bitbucket'
  | 'slack'
  | 'notes'
  | 'mirror'
  | 'policy'
  | 'output'
  | 'people'
  | 'teams'
  | 'agent'
  | 'limits'
> &
  Partial<Pick<ActivityDeps, 'groups' | 'clock'>>;

/** Of several events that one cycle answers, one that wants an answer is enough. */
export function createAttend(deps: AttentionDeps, accounts: OwnAccounts): Attend {
  const ownAmong = createOwnAmong(deps, accounts);
  return async (cycle) => {
    const others = await othersOf(cycle, ownAmong);
    if (others.length === 0) {
      return nothing(`the agent did this itself (${cycle.event.type.replaceAll('_', ' ')})`);
    }
    const mention = mentionPattern([deps.agent.name], await accounts.of(cycle.event.source));
    const orders = await obeyMuteOrders(deps, cycle, others, mention);
    const actions = orders.acknowledgement === null ? [] : [orders.acknowledgement];
    const mute = await deps.mirror.muteOf(cycle.event.subject);
    if (mute !== null) {
      return nothing(muteSentence(mute), actions);
    }
    const open = others.map(({ event }) => event).filter((event) => !orders.heard.has(event));
    return open.length === 0
      ? nothing(orders.sentence ?? 'nothing was said', actions)
      : attendTo(deps, cycle, open, { mention, actions });
  };
}

/** Oldest first, without what the agent itself did. */
async function othersOf(cycle: CycleInput, ownAmong: OwnAmong): Promise<readonly CycleEvent[]> {
  const all = [...cycle.alsoAnswers, cycle].map(({ eventId, event }) => ({ eventId, event }));
  const own = await ownAmong(all.map(({ event }) => event));
  return all.filter(({ event }) => !own.has(event));
}

async function attendTo(
  deps: AttentionDeps,
  cycle: CycleInput,
  events: readonly PmEvent[],
  { mention, actions }: { readonly mention: string; readonly actions: readonly PlannedAction[] },
): Promise<Attention> {
  const meant: PmEvent[] = [];
  for (const event of events) {
    if (!(await isOnlyQuoted(deps, event, mention))) {
      meant.push(event);
    }
  }
  return meant.length === 0
    ? nothing('it only quotes: nobody is asked anything', actions)
    : answerUnlessBots(deps, cycle, meant, actions);
}

/** In a thread that the agent takes part in, whatever is said may be meant for it. */
async function isOnlyQuoted({ mirror }: AttentionDeps, event: PmEvent, mention: string): Promise<boolean> {
  if (isQuoteOnly(event)) {
    return true;
  }
  return (
    event.type === 'app_mention' &&
    isMentionedInQuoteOnly(event, mention) &&
    !(await mirror.postedInThread(event.channel, event.threadTs))
  );
}

/** Bots that had their answers for this hour, or that speak where the agent has no room left, do not even reach the model. */
async function answerUnlessBots(
  deps: AttentionDeps,
  cycle: CycleInput,
  events: readonly PmEvent[],
  actions: readonly PlannedAction[],
): Promise<Attention> {
  const limit = deps.limits.actionsPerSubjectPerHour;
  const bots = botScopesOf(events, [], deps.people);
  for (const scope of bots.length === 0 ? [] : [...bots, subjectScope(cycle.event.subject)]) {
    const over = await deps.mirror.limitReached({ scope, limit, planned: 0 });
    if (over !== null) {
      const escalation = await openBreaker(deps, cycle, over, null);
      return nothing(limitSentence(over), escalation === null ? actions : [...actions, escalation]);
    }
  }
  return { nothingToDo: null, actions };
}

function nothing(why: string, actions: readonly PlannedAction[] = []): Attention {
  return { nothingToDo: why, actions };
}
