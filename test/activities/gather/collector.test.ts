import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCollector, headAndTail, TEXT_LIMIT } from '../../../src/activities/gather/collector.js';
import { vendorError } from '../support/vendor-data.js';

const collector = () => createCollector('2026-11-23T10:00:00.000Z');

describe('a long text', () => {
  test('keeps its head and its tail, and says how much is missing', () => {
    const kept = headAndTail(`head${'x'.repeat(10_000)}tail`);

    expect(kept).toMatch(/^head/);
    expect(kept).toMatch(/tail$/);
    expect(kept).toContain('6008 characters left out');
  });

  test('is never longer than the limit and never half a character, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 2_500, maxLength: 9_000, size: 'max' }), (text) => {
        const kept = headAndTail(text);

        expect(kept.length).toBeLessThanOrEqual(TEXT_LIMIT);
        expect(kept).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a list', () => {
  test('keeps its newest twenty and names the rest, those at the vendor included', () => {
    const collected = collector();

    const kept = collected.newest(
      Array.from({ length: 25 }, (_, n) => n),
      'comments',
      60,
    );

    expect(kept).toEqual(Array.from({ length: 20 }, (_, n) => n + 5));
    expect(collected.omitted).toEqual(['40 older comments (newest 20 kept)']);
  });
});

describe('items', () => {
  test('have ids of their own, also where a vendor repeats one', () => {
    const collected = collector();

    collected.add('change', 'change-5', 'jira:rest', { field: 'status' });
    collected.add('change', 'change-5', 'jira:rest', { field: 'assignee' });

    expect(collected.items.map((item) => item.id)).toEqual(['change-5', 'change-5~2']);
  });

  test('hash the same for the same data, in whatever order its members stand', () => {
    const collected = collector();

    collected.add('issue', 'a', 'jira:rest', { x: 1, y: 2 });
    collected.add('issue', 'b', 'jira:rest', { y: 2, x: 1 });

    expect(collected.items[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(collected.items[1]?.hash).toBe(collected.items[0]?.hash);
  });
});

describe('a read that the context can do without', () => {
  test.each([
    ['what is not there', vendorError('not_found', { status: 404 })],
    ['what is forbidden', vendorError('auth', { status: 403 })],
    ['what is not understood', vendorError('invalid', { status: 400 })],
  ])('notes %s', async (_what, error) => {
    const collected = collector();

    await expect(collected.optional(Promise.reject(error), 'builds')).resolves.toBeNull();
    expect(collected.omitted).toEqual([`builds: ${error.message}`]);
  });

  test.each([
    ['bad credentials', vendorError('auth', { status: 401 })],
    ['a vendor that is down', vendorError('unavailable', { status: 503, retryable: true })],
  ])('still fails for %s', async (_what, error) => {
    await expect(collector().optional(Promise.reject(error), 'builds')).rejects.toBe(error);
  });
});
