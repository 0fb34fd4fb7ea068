/** No body makes an event that a workflow could not be started with: texts are cut where they are read. */
import { describe, expect, test } from '@jest/globals';
import type { WebhookDoor } from '../../../src/api/webhooks/door.js';
import { allDoors } from '../../../src/api/webhooks/index.js';
import type { PushEvent } from '../../../src/domain/event.js';
import {
  ana,
  blockActions,
  commentCreated,
  dataCenterBody,
  jiraBody,
  jiraComment,
  jiraIssue,
  linkBody,
  prComment,
  pullRequestBody,
  pushBody,
  repository,
  slackEvent,
  slackMessage,
  slashCommand,
  sprintBody,
  statusBody,
} from '../support/bodies.js';

const LIMIT = 32 * 1024;
const MEGABYTE = 1024 * 1024;

/** Most bytes a character, an escape in JSON, half a character: each makes one letter cost more. */
const FILLINGS = { letters: 'x', escapes: '\u0000', wide: '€', pairs: '😀', dates: '(x)' } as const;

type Json = unknown;
type Path = readonly (string | number)[];

interface Sample {
  readonly name: string;
  readonly door: string;
  readonly headers?: Record<string, string>;
  readonly body: object;
}

const dated = { self: 'https://acme.atlassian.net/rest/api/2/issue/10142', timestamp: Date.now() };
const changelog = {
  id: '10230',
  items: Array.from({ length: 60 }, () => ({
    field: 'description',
    fieldId: 'description',
    from: 'a',
    fromString: 'a',
    to: 'b',
    toString: 'b',
  })),
};
const manyChanges = {
  ...pushBody,
  push: {
    changes: Array.from({ length: 30 }, () => ({
      old: { name: 'main', target: { hash: 'aaaa1111' } },
      new: { name: 'main', target: { hash: 'bbbb2222' } },
      commits: Array.from({ length: 10 }, () => ({ message: 'PAY-142 retry' })),
    })),
  },
};
const toRef = { repository: { slug: 'pay-api', project: { key: 'ACME' } } };
const dcPush = {
  repository: toRef.repository,
  changes: Array.from({ length: 30 }, () => ({
    ref: { displayId: 'main' },
    toHash: 'bbbb2222',
    type: 'ADD',
  })),
};

const cloud = (key: string, body: object): Sample => ({
  name: key,
  door: '/webhooks/bitbucket',
  headers: { 'x-event-key': key },
  body,
});
const jira = (name: string, body: object): Sample => ({ name, door: '/webhooks/jira', body });

const SAMPLES: readonly Sample[] = [
  jira('issue', jiraBody('jira:issue_updated', { ...dated, user: ana, issue: jiraIssue(), changelog })),
  jira('comment', commentCreated({ user: ana })),
  jira('comment in ADF', commentCreated({ comment: jiraComment({ body: adf() }) })),
  jira(
    'comment of an old server',
    jiraBody('comment_created', { comment: jiraComment({ author: { key: 'ana', name: 'ana' } }) }),
  ),
  jira('sprint', sprintBody('sprint_started', 'active', { user: ana })),
  jira('link', { ...linkBody, user: ana }),
  cloud('pullrequest:comment_created', pullRequestBody({ comment: prComment })),
  cloud('pullrequest:updated', pullRequestBody()),
  cloud('repo:push', manyChanges),
  cloud('repo:commit_status_updated', statusBody),
  cloud('pr:comment:added', dataCenterBody('pr:comment:added', { comment: { id: 62, text: 'why?' } })),
  cloud('repo:refs_changed', dataCenterBody('repo:refs_changed', dcPush)),
  { name: 'mention', door: '/webhooks/slack', body: slackEvent(slackMessage({ type: 'app_mention' })) },
  { name: 'button', door: '/webhooks/slack/interactions', body: { ...blockActions, actions: [button()] } },
  {
    name: 'form',
    door: '/webhooks/slack/interactions',
    body: {
      ...blockActions,
      type: 'view_submission',
      view: { id: 'V1', callback_id: 'other', private_metadata: 'm' },
      channel: null,
      container: null,
    },
  },
  { name: 'command', door: '/webhooks/slack/commands', body: Object.fromEntries(slashCommand) },
];

function adf() {
  const text = { type: 'text', text: 'Hello' };
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [text, text] }] };
}

function button() {
  return { action_id: 'other', value: 'v', type: 'button', action_ts: '1795000001.000100' };
}

function doorOf({ door }: Sample): WebhookDoor {
  return allDoors().find(({ path }) => path === door) as WebhookDoor;
}

function parse(sample: Sample, body: object) {
  const parsed = doorOf(sample).parse(sample.headers ?? {}, body as never, { isOurs: () => true });
  return parsed.outcome === 'event' ? parsed.event : null;
}

function leavesOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value === 'string') {
    return [path];
  }
  return value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]))
    : [];
}

/** By `changelog.items.#.fromString`: all of these are read the same way. */
function groupsOf(body: Json): ReadonlyMap<string, readonly Path[]> {
  const groups = new Map<string, Path[]>();
  for (const path of leavesOf(body)) {
    const name = path.map((part) => (/^\d+$/.test(String(part)) ? '#' : part)).join('.');
    groups.set(name, [...(groups.get(name) ?? []), path]);
  }
  return groups;
}

function withText(value: Json, [head, ...rest]: Path, change: (text: string) => string): Json {
  if (head === undefined) {
    return change(String(value));
  }
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, head, withText(Reflect.get(copy, head), rest, change));
  return copy;
}

/** One megabyte instead of what stands there; where that is no event any more, behind it. */
function stuffings(text: string): readonly ((old: string) => string)[] {
  const filling = text.repeat(MEGABYTE / text.length);
  return [() => filling, (old) => old + filling];
}

function sizeOf(event: unknown): number {
  return Buffer.byteLength(JSON.stringify(event));
}

describe.each(Object.entries(FILLINGS))('with a megabyte of %s', (_name, text) => {
  test.each(SAMPLES)('in every text of a $name its event stays small', (sample) => {
    const { body } = sample;
    expect(parse(sample, body)).not.toBeNull();
    let all: Json = body;

    const sizes = [...groupsOf(body)].flatMap(([name, paths]) => {
      const one = (change: (old: string) => string) =>
        parse(sample, withText(body, paths[0] ?? [], change) as object);
      const taken = stuffings(text).find((change) => one(change) !== null);
      if (taken === undefined) {
        return [];
      }
      const more = paths.reduce((whole, path) => withText(whole, path, taken), all);
      all = parse(sample, more as object) === null ? all : more;
      return [{ name, size: sizeOf(one(taken)) }];
    });

    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.filter(({ size }) => size > LIMIT)).toEqual([]);
    expect(sizeOf(parse(sample, all as object))).toBeLessThanOrEqual(LIMIT);
  });
});

test('where only one text is long the others are told in full length', () => {
  const long = { field: 'description', fromString: 'a'.repeat(400), toString: 'b'.repeat(400) };
  const body = jiraBody('jira:issue_updated', {
    issue: jiraIssue(),
    changelog: { id: '1', items: [long, long] },
  });

  const event = parse({ name: '', door: '/webhooks/jira', body }, body);

  expect(event).toMatchObject({ changes: [{ from: long.fromString }, { to: long.toString }] });
});

test('where all are long none is left out: each is told shorter', () => {
  const event = parse(cloud('repo:push', manyChanges), {
    ...manyChanges,
    push: {
      changes: manyChanges.push.changes.map((change) => ({
        ...change,
        commits: change.commits.map(() => ({ message: 'm'.repeat(5_000) })),
      })),
    },
  });

  expect(event).toMatchObject({ repository: repository.full_name });
  expect((event as PushEvent).changes).toHaveLength(20);
  expect((event as PushEvent).changes[19]?.messages).toEqual(
    Array.from({ length: 5 }, () => 'm'.repeat(100)),
  );
});
