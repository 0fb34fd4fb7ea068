import type { Person } from './approval.js';
import type { Actor, EventSource, PmEvent } from './event.js';
import type { LimitScope } from './limit.js';

/** Role in pm-agent.yaml of an account that no vendor marks as a bot although it is one. */
export const BOT_ROLE = 'bot';

/** By the vendor's own statement, or because pm-agent.yaml lists the account with the role `bot`. */
export function isBot(actor: Actor, source: EventSource, people: readonly Person[]): boolean {
  return (
    actor.isBot || people.some((person) => person[source] === actor.id && person.roles.includes(BOT_ROLE))
  );
}

/**
 * What an answer to these events counts against besides its subject: the agent and each bot that caused them are a pair.
 * Empty as soon as a person is among them: that one is answered whatever a bot says at the same time.
 */
export function botScopesOf(
  events: readonly PmEvent[],
  ownIds: readonly string[],
  people: readonly Person[],
): readonly LimitScope[] {
  const others = events.filter(({ actor }) => actor !== null && !ownIds.includes(actor.id));
  const bots = others.flatMap(({ actor, source }) =>
    actor !== null && isBot(actor, source, people) ? [{ ...actor, source }] : [],
  );
  if (bots.length < others.length) {
    return [];
  }
  const scopes = bots.map(({ id, name, source }) => ({
    key: `bot:${source}:${id}`,
    name: `in answer to the bot ${name ?? id}`,
  }));
  return [...new Map(scopes.map((scope) => [scope.key, scope])).values()];
}
