/** `mute` and `unmute`: obeyed by code in the order in which they were said, and acknowledged once. */
import type { SaidMute } from '../../audit/mirror.js';
import type { Action } from '../../domain/action.js';
import type { Person } from '../../domain/approval.js';
import { isBot } from '../../domain/bot-scope.js';
import type { CycleInput, PlannedAction } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import { subjectScope } from '../../domain/limit.js';
import type { MuteOutcome } from '../../domain/mute.js';
import { muteCommandOf } from '../../domain/mute-command.js';
import { spokenIn } from '../../domain/spoken.js';
import { codeAction } from '../code-action.js';
import type { ActivityDeps } from '../dependencies.js';

export interface CycleEvent {
  readonly eventId: string;
  readonly event: PmEvent;
}

interface Order extends SaidMute {
  readonly event: PmEvent;
}

interface ObeyedOrder extends Order {
  readonly outcome: MuteOutcome;
}

export interface Orders {
  /** The events that were orders and nothing else: no model has to see them. */
  readonly heard: ReadonlySet<PmEvent>;
  /** What became of the last of them; null where there was none. */
  readonly sentence: string | null;
  readonly acknowledgement: PlannedAction | null;
}

type OrderDeps = Pick<ActivityDeps, 'mirror' | 'policy' | 'people'>;

/** Only people give orders: a bot's, and the agent's own words, are none. */
export async function obeyMuteOrders(
  deps: OrderDeps,
  cycle: CycleInput,
  events: readonly CycleEvent[],
  mention: string,
): Promise<Orders> {
  const orders = ordersIn(events, cycle, mention, deps.people);
  if (orders.length === 0) {
    return { heard: new Set(), sentence: null, acknowledgement: null };
  }
  const commands = orders.map(({ event: _event, ...said }) => said);
  const outcomes = await deps.mirror.recordMuteCommands({ cycleId: cycle.cycleId, commands });
  const obeyed = orders.map((order, index) => ({ ...order, outcome: outcomes[index] ?? 'repeated' }));
  const acknowledgement = acknowledge(deps, cycle, obeyed);
  if (acknowledgement !== null) {
    await deps.mirror.recordOwnAction({ cycleId: cycle.cycleId, planned: acknowledgement });
  }
  return {
    heard: new Set(orders.map((order) => order.event)),
    sentence: sentenceOf(obeyed.at(-1)),
    acknowledgement,
  };
}

/** Oldest first, by the vendor's clock; an event without a time counts as just received. */
function ordersIn(
  events: readonly CycleEvent[],
  cycle: CycleInput,
  mention: string,
  people: readonly Person[],
): readonly Order[] {
  return events
    .flatMap(({ eventId, event }): readonly Order[] => {
      const command = muteCommandOf(event, mention);
      const { actor, source, subject } = event;
      if (command === null || actor === null || isBot(actor, source, people)) {
        return [];
      }
      const known = people.find((person) => person[source] === actor.id);
      const by = { id: actor.id, name: actor.name ?? known?.name ?? actor.id };
      const saidAt = event.occurredAt ?? cycle.receivedAt;
      return [{ event, subject, command, saidIn: spokenIn(event)?.id ?? eventId, saidAt, by, eventId }];
    })
    .toSorted((left, right) => (left.saidAt < right.saidAt ? -1 : left.saidAt > right.saidAt ? 1 : 0));
}

const SENTENCES: { readonly [O in MuteOutcome]: (command: string, by: string) => string } = {
  obeyed: (command, by) => `${command}d by ${by}`,
  unchanged: (command, by) => `${command} by ${by}: it already was so`,
  overtaken: (command, by) => `${command} by ${by}: something else was said later`,
  repeated: (command, by) => `${command} by ${by}: it was obeyed before`,
};

function sentenceOf(order: ObeyedOrder | undefined): string | null {
  return order === undefined ? null : SENTENCES[order.outcome](order.command, order.by.name);
}

/** One for all of them: the state that they leave. Being quiet already is no news. */
function textFor({ command, outcome }: ObeyedOrder): string | null {
  if (outcome === 'obeyed') {
    return command === 'mute'
      ? 'I am muted here and stay quiet until somebody asks me to `unmute`.'
      : 'I am back here.';
  }
  return outcome === 'unchanged' && command === 'unmute' ? 'I was not muted here.' : null;
}

function acknowledge(
  { policy }: OrderDeps,
  { cycleId }: CycleInput,
  orders: readonly ObeyedOrder[],
): PlannedAction | null {
  const last = orders.findLast((order) => textFor(order) !== null);
  const text = last === undefined ? null : textFor(last);
  const action = last === undefined || text === null ? null : replyTo(last.event, text);
  if (last === undefined || action === null) {
    return null;
  }
  const acknowledgement = {
    actionId: `${cycleId}.m1`,
    action,
    origin: 'command',
    rule: 'acknowledge mute and unmute',
    refusal: null,
    countsAgainst: [subjectScope(last.subject)],
  } as const;
  return codeAction(acknowledgement, last.event, policy);
}

/** Where it was said. */
function replyTo(event: PmEvent, text: string): Action | null {
  if ('ts' in event) {
    const { channel, threadTs } = event;
    return { kind: 'slack.message', payload: { channel, threadTs, text } };
  }
  if ('pullRequest' in event) {
    const { repository, pullRequest } = event;
    return {
      kind: 'bitbucket.pr_comment',
      payload: { repository, pullRequestId: pullRequest.id, body: text },
    };
  }
  return 'comment' in event
    ? { kind: 'jira.comment', payload: { issueKey: event.issue.key ?? event.issue.id ?? '', body: text } }
    : null;
}
