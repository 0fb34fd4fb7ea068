/** `mute` and `unmute`: obeyed by code in the order in which they were said, and acknowledged once. */
import type { Person } from '../../domain/approval.js';
import { isBot } from '../../domain/bot-scope.js';
import type { CycleInput, PlannedAction } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import type { MuteOutcome } from '../../domain/mute.js';
import { muteCommandOf } from '../../domain/mute-command.js';
import { spokenIn } from '../../domain/spoken.js';
import type { ActivityDeps } from '../dependencies.js';
import { acknowledge, type ObeyedOrder } from './acknowledgement.js';

export interface CycleEvent {
  readonly eventId: string;
  readonly event: PmEvent;
}

type Order = Omit<ObeyedOrder, 'outcome'>;

export interface Orders {
  /** The events that were orders and nothing else: no model has to see them. */
  readonly heard: ReadonlySet<PmEvent>;
  /** What became of the last of them; null where there was none. */
  readonly sentence: string | null;
  readonly acknowledgement: PlannedAction | null;
}

type OrderDeps = Pick<ActivityDeps, 'mirror' | 'policy' | 'output' | 'people'>;

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
  const acknowledgement = acknowledge(cycle.cycleId, obeyed, deps);
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
