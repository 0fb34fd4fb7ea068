import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createOutbox } from '../../src/sandbox/outbox.js';
import { withReadView } from '../../src/sandbox/read-view.js';
import { createReceived } from '../../src/sandbox/received.js';
import { openStore, type Store } from '../../src/sandbox/store.js';

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  store = openStore(join(folder, 'sandbox.db'));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const READING = { reading: true, hideWritesMs: 0 };
const HIDING = { reading: false, hideWritesMs: 60_000 };

describe('the store', () => {
  test('lists in the order of first insertion, by parent where asked', () => {
    store.put('jira', 'comment', 'b', 1, 'PAY-1');
    store.put('jira', 'comment', 'a', 2, 'PAY-2');
    store.put('jira', 'comment', 'b', 3, 'PAY-1');

    expect(store.list('jira', 'comment')).toEqual([3, 2]);
    expect(store.list('jira', 'comment', 'PAY-1')).toEqual([3]);
    expect(store.list('slack', 'comment')).toEqual([]);
  });

  test('counts up from where it was told to start, over a restart', () => {
    expect([store.nextNumber('n', 7), store.nextNumber('n', 7)]).toEqual([7, 8]);
    store.close();
    store = openStore(join(folder, 'sandbox.db'));

    expect(store.nextNumber('n', 7)).toBe(9);
  });

  test('keeps nothing of a transaction that fails', () => {
    const failing = () =>
      store.transaction(() => {
        store.put('jira', 'issue', '1', 'x');
        throw new Error('no');
      });

    store.put('jira', 'issue', '2', 'kept');
    expect(failing).toThrow('no');
    expect(store.get('jira', 'issue', '1')).toBeNull();
    expect(store.list('jira', 'issue')).toEqual(['kept']);
  });

  test('has all of it again after a restart, in its order, what was hidden still hidden', () => {
    store.put('jira', 'comment', 'b', { text: 'first' }, 'PAY-1');
    store.put('jira', 'comment', 'a', { text: 'second' }, 'PAY-2');
    withReadView(HIDING, () => store.put('jira', 'comment', 'b', { text: 'changed' }, 'PAY-1'));
    store.remove('jira', 'comment', 'a');
    store.put('jira', 'comment', 'c', { text: 'third' }, 'PAY-1');
    store.close();
    store = openStore(join(folder, 'sandbox.db'));

    const texts = () => store.list('jira', 'comment', 'PAY-1');
    expect(texts()).toEqual([{ text: 'changed' }, { text: 'third' }]);
    expect(withReadView(READING, texts)).toEqual([{ text: 'first' }, { text: 'third' }]);
  });

  test('lets nobody change what it answers', () => {
    store.put('jira', 'issue', '1', { labels: ['old'] });
    const answered = store.get<{ labels: string[] }>('jira', 'issue', '1');

    expect(() => answered?.labels.push('new')).toThrow(TypeError);
  });

  test('forgets all documents when it is cleared', () => {
    store.put('jira', 'issue', '1', 'x');
    store.clear();

    expect(store.list('jira', 'issue')).toEqual([]);
    expect(store.get('jira', 'issue', '1')).toBeNull();
  });

  test('shows a hidden write to writers and not to readers, twice hidden as well', () => {
    store.put('jira', 'issue', '1', 'first');
    withReadView(HIDING, () => store.put('jira', 'issue', '1', 'second'));
    withReadView(HIDING, () => store.put('jira', 'issue', '1', 'third'));
    withReadView(HIDING, () => store.put('jira', 'issue', '2', 'new'));

    expect(store.list('jira', 'issue')).toEqual(['third', 'new']);
    expect(withReadView(READING, () => store.list('jira', 'issue'))).toEqual(['first']);
    expect(withReadView(READING, () => store.get('jira', 'issue', '2'))).toBeNull();
  });

  test('hides a second time what was hidden before and is long seen', async () => {
    store.put('jira', 'issue', '1', 'first');
    withReadView({ reading: false, hideWritesMs: 5 }, () => store.put('jira', 'issue', '1', 'second'));
    await new Promise((resolve) => setTimeout(resolve, 15));
    withReadView(HIDING, () => store.put('jira', 'issue', '1', 'third'));

    expect(withReadView(READING, () => store.get('jira', 'issue', '1'))).toBe('second');
  });
});

test('the log of calls keeps the newest 20,000', () => {
  const received = createReceived(store);
  const call = { vendor: 'jira', method: 'GET', query: {}, headers: {}, body: null, at: '' } as const;
  store.transaction(() => {
    for (let count = 0; count < 20_500; count += 1) received.begin({ ...call, path: `/${count}` });
  });
  const items = received.list(0, null);

  expect(items).toHaveLength(20_000);
  expect(items.at(-1)?.path).toBe('/20499');
});

test('the queue forgets old settled webhooks, never waiting ones', () => {
  const outbox = createOutbox(store);
  const webhook = {
    vendor: 'jira',
    deliveryId: 'd',
    path: '/',
    contentType: '',
    headers: {},
    body: '',
  } as const;
  store.transaction(() => {
    for (let count = 0; count < 700; count += 1) outbox.add(webhook, 0);
    for (let seq = 2; seq <= 700; seq += 1) outbox.settle(seq, 'delivered', 'HTTP 202');
  });

  expect(outbox.recent(1_000)).toHaveLength(501);
  expect(outbox.due(1, 10).map(({ seq }) => seq)).toEqual([1]);
});
