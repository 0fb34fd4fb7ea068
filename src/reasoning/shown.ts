/** A context as a prompt shows it: nothing twice, so that most of a prompt is what all prompts share, and is cached. */
import type { ContextFacts, ContextItem } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import { compact, compactItem } from './compact.js';

type People = NonNullable<ContextFacts['issue']>['people'];

/** What can be done with the subject. How it stands in full is told by its item. */
export function shownFacts({ issue, pullRequest, thread }: ContextFacts): unknown {
  return compact({
    issue: issue === null ? null : without(issue, TOLD_BY_ISSUE),
    pullRequest: pullRequest === null ? null : without(pullRequest, TOLD_BY_PULL_REQUEST),
    thread: thread === null ? null : without(thread, TOLD_BY_MESSAGE),
  });
}

/** Told by its item, by its links and transitions, or of use to code alone. */
const TOLD_BY_ISSUE = [
  'id',
  'projectKey',
  'description',
  'labels',
  'linked',
  'sprintId',
  'finalStatuses',
  'updated',
] as const satisfies readonly (keyof NonNullable<ContextFacts['issue']>)[];
const TOLD_BY_PULL_REQUEST = ['files', 'commit', 'updated'] as const satisfies readonly (keyof NonNullable<
  ContextFacts['pullRequest']
>)[];

const TOLD_BY_MESSAGE = ['answered'] as const satisfies readonly (keyof NonNullable<
  ContextFacts['thread']
>)[];

function without(members: object, left: readonly string[]): object {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !left.includes(name)));
}

/** What stands around an event. */
export interface Around {
  /** Who stands in a Slack thread, by name. */
  readonly speakers?: People;
  /** As many as are shown. */
  readonly items?: readonly ContextItem[];
}

/**
 * Without what only code needs: how a delivery is recognised, and whose installation it came from. What an item tells to the letter stands
 * there alone, and `textIn` names the item; a text that was changed since stands in both as it was and as it is.
 */
export function shownEvent(
  { changeKey: _key, tenant: _tenant, ...event }: PmEvent,
  { speakers = [], items = [] }: Around = {},
): unknown {
  if (event.source === 'slack') {
    return shownMessageEvent(event, { speakers, items });
  }
  if (!('comment' in event) || event.comment === null) {
    return event;
  }
  const { text, ...comment } = event.comment;
  const textIn = tellingItem(items, `comment-${comment.id}`, 'body', text);
  return { ...event, comment: { ...comment, ...(textIn === null ? { text } : { textIn }) } };
}

type SlackEvent = Extract<PmEvent, { readonly source: 'slack' }>;
type Shown<E> = E extends PmEvent ? Omit<E, 'changeKey' | 'tenant'> : never;

function shownMessageEvent(event: Shown<SlackEvent>, { speakers, items }: Required<Around>): unknown {
  const { actor } = event;
  const name = actor?.name ?? speakers.find(({ id }) => id === actor?.id)?.name ?? null;
  const named = { ...event, actor: actor === null ? null : { ...actor, name } };
  if (!('text' in named)) {
    return named;
  }
  const { text, ...rest } = named;
  const textIn = 'ts' in rest ? tellingItem(items, `message-${rest.ts}`, 'text', text) : null;
  return { ...rest, ...(textIn === null ? { text: withNames(text, speakers) } : { textIn }) };
}

/** The id of the item, where it says just that; null otherwise. */
function tellingItem(items: readonly ContextItem[], id: string, member: string, text: string): string | null {
  return items.some((item) => item.id === id && item.data[member] === text) ? id : null;
}

/** `<@U0ANA>` as `<@U0ANA|Ana Lindqvist>`, as Slack itself wrote it once; of whom no name is known, as it stands. */
function withNames(text: string, speakers: People): string {
  return text.replaceAll(/<@([UW][A-Z0-9]+)(?:\|[^>\n]*)?>/g, (mention, id: string) => {
    const name = speakers.find((one) => one.id === id)?.name;
    return name === undefined ? mention : `<@${id}|${name}>`;
  });
}

/** A message as a comment is told: by an author with a name, where one is known. */
function toldByName({ kind, data }: ContextItem, speakers: People): ContextItem['data'] {
  if (kind !== 'message' || speakers.length === 0) {
    return data;
  }
  const { userId, text, ...rest } = data;
  const author = speakers.find(({ id }) => id === userId);
  return {
    ...rest,
    ...(author === undefined ? { userId } : { author }),
    text: typeof text === 'string' ? withNames(text, speakers) : text,
  };
}

/**
 * Source and time stand once, and with an item only where they are others: most items of a context share them. Who stands
 * among `people` under a name of their own needs no id.
 * @param speakers who stands in a Slack thread, by name
 */
export function shownItems(items: readonly ContextItem[], people: People = [], speakers: People = []) {
  const read = { source: mostOf(items.map(({ source }) => source)), at: items[0]?.fetchedAt ?? null };
  const known = new Map(withOwnName([...people, ...speakers]).map(({ id, name }) => [id, name]));
  return {
    read,
    items: items.map((item) => ({
      id: item.id,
      kind: item.kind,
      ...(item.source === read.source ? {} : { source: item.source }),
      ...(minuteOf(item.fetchedAt) === minuteOf(read.at) ? {} : { fetchedAt: item.fetchedAt }),
      data: Object.fromEntries(
        Object.entries(compactItem({ id: item.id, data: toldByName(item, speakers) })).map(
          ([name, value]) => [name, byName(value, known)],
        ),
      ),
    })),
  };
}

/** The first of those that come most often; null of none. */
function mostOf(sources: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const source of sources) {
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, left], [, right]) => right - left);
  return most?.[0] ?? null;
}

function withOwnName(people: People): People {
  return people.filter(({ name }) => people.filter((other) => other.name === name).length === 1);
}

/** `{ id, name }` of somebody known, as `{ name }`. */
function byName(value: unknown, known: ReadonlyMap<string, string>): unknown {
  // A text has a member for each of its characters: taken apart, a long one costs more than all the rest of a prompt.
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { id, name, ...rest } = value as Record<string, unknown>;
  return typeof id === 'string' && name !== undefined && known.get(id) === name ? { name, ...rest } : value;
}

/** `2026-11-23T10:00` */
function minuteOf(time: string | null): string {
  return (time ?? '').slice(0, 16);
}
