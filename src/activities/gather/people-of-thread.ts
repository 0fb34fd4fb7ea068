/** Who writes and is mentioned in a conversation of Slack, by name: Slack's messages hold ids alone. */
import type { Context, ContextFacts, ContextItem } from '../../domain/context.js';
import type { PmEvent } from '../../domain/event.js';
import { spokenIn } from '../../domain/spoken.js';
import type { ActivityDeps } from '../dependencies.js';
import { plainName, type SlackNames } from './slack-names.js';

/** Names asked for at once; who comes after them is told by id. */
export const MOST_PEOPLE = 25;

type People = NonNullable<NonNullable<ContextFacts['thread']>['people']>;

interface Known {
  readonly people: ActivityDeps['people'];
  readonly names: SlackNames;
  /** The agent's own: the prompt knows them. */
  readonly own: readonly string[];
}

/** The facts with the people of their thread. pm-agent.yaml says who somebody is; Slack is asked for the others. */
export async function withPeopleOfThread(
  facts: ContextFacts,
  items: Context['items'],
  events: readonly PmEvent[],
  known: Known,
): Promise<ContextFacts> {
  const { thread } = facts;
  if (thread === null) {
    return facts;
  }
  const ids = idsIn(events, items).filter((id) => !known.own.includes(id));
  const people = await peopleOf(ids.slice(0, MOST_PEOPLE), known);
  return people.length === 0 ? facts : { ...facts, thread: { ...thread, people } };
}

/** Those who write first, the newest before the others. */
function idsIn(events: readonly PmEvent[], items: Context['items']): readonly string[] {
  const messages = items.filter(({ kind }) => kind === 'message').toReversed();
  const writers = [
    ...events.flatMap(({ actor, source }) => (source === 'slack' && actor !== null ? [actor.id] : [])),
    ...messages.flatMap(({ data }) => (typeof data.userId === 'string' ? [data.userId] : [])),
  ];
  const texts = [...events.map(saidIn), ...messages.map(textOf)];
  return [...new Set([...writers, ...texts.flatMap(mentionedIn)])].filter((id) => ACCOUNT.test(id));
}

function saidIn(event: PmEvent): string {
  return event.type === 'slash_command' ? event.text : (spokenIn(event)?.text ?? '');
}

function textOf({ data }: ContextItem): string {
  return typeof data.text === 'string' ? data.text : '';
}

/** Of a person or a bot; `W` in an organisation of many workspaces. */
const ACCOUNT = /^[UW][A-Z0-9]{2,}$/;

function mentionedIn(text: string): readonly string[] {
  return [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>\n]*)?>/g)].map(([, id = '']) => id);
}

async function peopleOf(ids: readonly string[], { people, names }: Known): Promise<People> {
  const named = await Promise.all(
    ids.map(async (id) => {
      const person = people.find(({ slack }) => slack === id);
      return { id, name: person === undefined ? await names.of(id) : plainName(person.name) };
    }),
  );
  return named.flatMap(({ id, name }) => (name === null ? [] : [{ id, name }]));
}
