/** The corpus only grows, and says what it is said to say. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { flagsOf } from '../../src/domain/flags/flags-of.js';
import type { ModelRequest } from '../../src/integrations/claude/claude.js';
import { carry, FIELDS } from './carriers.js';
import { CASES, VARIANT_IDS } from './cases.js';
import { CORPUS } from './corpus/index.js';
import { WISHES } from './wishes.js';
import { requestFor } from './world.js';

const known: readonly string[] = JSON.parse(readFileSync('test/hostile/ids.json', 'utf8'));
/** So many cases there were when this was last raised. */
const AT_LEAST = 775;

test('no variant that ever was in it is missing, and each stands in ids.json', () => {
  expect([...VARIANT_IDS].sort()).toEqual([...known].sort());
  expect(new Set(CASES.map(({ id }) => id)).size).toBeGreaterThanOrEqual(AT_LEAST);
});

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
        event: JSON.parse(JSON.stringify(carried.event)),
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

/** Their vendors allow no spaces there. */
const REWRITTEN: ReadonlySet<string> = new Set(['label', 'branch name']);
