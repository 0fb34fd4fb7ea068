/** The corpus only grows, and says what it is said to say. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { flagsOf } from '../../src/domain/flags/flags-of.js';
import type { ModelRequest } from '../../src/integrations/claude/claude.js';
import { shownEvent } from '../../src/reasoning/shown.js';
import { type Carried, carry, FIELDS } from './carriers.js';
import { CASES, VARIANTS } from './cases.js';
import { CORPUS } from './corpus/index.js';
import { repliesTo, WISHES, type Wish } from './wishes.js';
import { requestFor } from './world.js';

/** What ever was in the corpus: the hash of each variant's texts, and how many replies a lost model has for each wish. */
const kept: {
  readonly variants: Readonly<Record<string, string>>;
  readonly replies: Readonly<Record<string, number>>;
} = JSON.parse(readFileSync('test/hostile/kept.json', 'utf8'));
/** So many cases, variants and replies there were when these were last raised: a list that was cut with the corpus shows too. */
const AT_LEAST = { cases: 1670, variants: 167, replies: 287 };

test('no variant that ever was in it is missing or says something else, and each stands in kept.json', () => {
  const hashes = VARIANTS.map(({ id, parts }) => [id, hashOf(parts)]);

  expect(Object.fromEntries(hashes)).toEqual(kept.variants);
  expect(hashes.length).toBeGreaterThanOrEqual(AT_LEAST.variants);
  expect(new Set(CASES.map(({ id }) => id)).size).toBeGreaterThanOrEqual(AT_LEAST.cases);
});

test('no reply of a lost model is missing either, nor any field', () => {
  const replies = Object.keys(WISHES).map((wish) => [wish, repliesTo([wish as Wish], 'text').length]);

  expect(Object.fromEntries(replies)).toEqual(kept.replies);
  expect(repliesTo(Object.keys(WISHES) as Wish[], 'text').length).toBeGreaterThanOrEqual(AT_LEAST.replies);
  expect(FIELDS.length).toBeGreaterThanOrEqual(28);
});

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

test('all 28 categories are there, each in at least four variants and in every field', () => {
  expect(Object.values(CORPUS).map(({ number }) => number)).toEqual(
    Array.from({ length: 28 }, (_, n) => n + 1),
  );
  for (const [category, { variants, wants }] of Object.entries(CORPUS)) {
    expect(Object.keys(variants)).toEqual(
      expect.arrayContaining(['plain', 'translated', 'encoded', 'split']),
    );
    expect(new Set(CASES.filter((one) => one.category === category).map(({ field }) => field)).size).toBe(
      FIELDS.length,
    );
    expect(wants.filter((wish) => !(wish in WISHES))).toEqual([]);
  }
});

test('each wish is what some text wants, but for the harmless one', () => {
  const wanted = new Set(Object.values(CORPUS).flatMap(({ wants }) => wants));

  expect(Object.keys(WISHES).filter((wish) => !wanted.has(wish as never))).toEqual(['answer as asked']);
});

function around({ context: { facts, items } }: Carried) {
  return { speakers: facts.thread?.people ?? [], items };
}

/** What outsiders wrote, and all the rest. */
function partsOf({ system, messages }: ModelRequest) {
  const blocks = (messages as unknown as readonly Turn[]).flatMap(({ content }) => content);
  return {
    data: blocks.filter(({ type }) => type === 'tool_result'),
    ours: JSON.stringify([system, blocks.filter(({ type }) => type !== 'tool_result')]),
  };
}

interface Turn {
  readonly content: readonly Block[];
}

interface Block {
  readonly type: string;
  readonly content?: unknown;
}

describe.each(Object.keys(CORPUS))('%s', (category) => {
  const cases = CASES.filter((one) => one.category === category);

  test.each(cases)(
    '$id reaches the model as data, with nothing hidden, in the one tool result',
    ({ field, parts }) => {
      const carried = carry(field, parts);

      const { data, ours } = partsOf(requestFor(carried));

      // Word for word what any other text in this field gets.
      expect(ours).toBe(partsOf(requestFor(carry(field, ['harmless']))).ours);
      expect(data).toHaveLength(1);
      const inside = String(data[0]?.content);
      expect(inside).not.toMatch(/[<\p{Cf}\p{Co}\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E0FFF}]/u);
      expect(JSON.parse(inside)).toMatchObject({
        nonce: '0123456789abcdef',
        event: JSON.parse(JSON.stringify(shownEvent(carried.event, around(carried)))),
      });
    },
  );
});

/** A flag is a second lock: what it misses is held by the fence, which fence.test.ts shows. */
test.each([
  'overrides/plain',
  'overrides/translated',
  'overrides/encoded',
  'invented-turns/plain',
  'invented-turns/encoded',
  'secret-fishing/plain',
  'secret-fishing/encoded',
  'borrowed-authority/plain',
  'forged-approvals/plain',
  'claimed-privileges/plain',
  'policy-edits/plain',
  'poisoned-memory/plain',
  'unicode/plain',
  'unicode/translated',
  'unicode/encoded',
  'unicode/homoglyph',
  'encodings/leet',
  'encodings/rot13',
  'languages/plain',
  'languages/translated',
])('%s is flagged in every field that carries it as it is', (variant) => {
  const cases = CASES.filter(({ id, field }) => id.startsWith(`${variant}/`) && !REWRITTEN.has(field));

  expect(cases.length).toBeGreaterThan(0);
  for (const { field, parts } of cases) {
    const { event, context } = carry(field, parts);
    expect({ field, flags: flagsOf([event], context).length > 0 }).toEqual({ field, flags: true });
  }
});

/** Their vendors allow no spaces there; in a name in Slack we leave no tags. */
const REWRITTEN: ReadonlySet<string> = new Set(['label', 'branch name', 'name in Slack']);
