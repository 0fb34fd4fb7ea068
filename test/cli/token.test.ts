/** `pm-agent token`: tokens are made, listed and ended without any running pm-agent. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openInbox } from '../../src/inbox/store.js';
import { quietLog } from '../support/quiet-log.js';
import { pmAgent, type Ran } from './support.js';

const PEOPLE = 'people:\n  - { id: lead-1, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  writeFileSync(join(folder, 'pm-agent.yaml'), PEOPLE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function token(...args: string[]): Promise<Ran> {
  return pmAgent(['token', ...args], { DATA_DIR: join(folder, 'data') }, folder);
}

async function created(...args: string[]) {
  const ran = await token('create', ...args, '--json');
  expect(ran).toMatchObject({ code: 0, err: '' });
  return JSON.parse(ran.out) as Record<string, string | null>;
}

async function listed() {
  const ran = await token('list', '--json');
  expect(ran.code).toBe(0);
  return (JSON.parse(ran.out) as { items: Record<string, string | null>[] }).items;
}

describe('create', () => {
  test('shows the secret once, and keeps only its hash', async () => {
    const ran = await token('create', '--name', 'laptop');

    const secret = /pma_[\w-]{43}/.exec(ran.out)?.[0] ?? '';
    expect(ran.code).toBe(0);
    expect(secret).not.toBe('');
    expect(ran.out).toContain('From this first token on nobody may use the API without one');
    const files = readdirSync(join(folder, 'data'));
    expect(files).toContain('operators.db');
    for (const file of files) {
      expect(readFileSync(join(folder, 'data', file)).includes(secret.slice(4))).toBe(false);
    }
    expect((await token('list')).out).not.toContain(secret);
  });

  test('says nothing about a first token when it is the second', async () => {
    await token('create', '--name', 'one');

    expect((await token('create', '--name', 'two')).out).not.toContain('first token');
  });

  test('may decide and never ends, where nothing else is said', async () => {
    expect(await created('--name', 'laptop')).toMatchObject({
      id: expect.stringMatching(/^tok_[0-9a-f]{16}$/),
      name: 'laptop',
      person: null,
      scope: 'decide',
      expiresAt: null,
      revokedAt: null,
    });
  });

  test('is bound to a person, has a scope and an end', async () => {
    const made = await created(
      '--name',
      'phone',
      '--person',
      'lead-1',
      '--scope',
      'read',
      '--expires',
      '90d',
    );

    expect(made).toMatchObject({ person: 'lead-1', scope: 'read' });
    expect(Date.parse(String(made.expiresAt)) - Date.parse(String(made.createdAt))).toBe(90 * 86_400_000);
  });

  test('needs no credentials and no token, also where the API would not start', async () => {
    const env = { DATA_DIR: join(folder, 'data'), HOST: '0.0.0.0', SANDBOX: 'off' };

    expect((await pmAgent(['token', 'create', '--name', 'first'], env, folder)).code).toBe(0);
  });

  test.each([
    [
      ['--name', 'x', '--person', 'nobody'],
      '--person: "nobody" is not one of people in pm-agent.yaml (lead-1)',
    ],
    [['--name', 'lead-1'], 'say --person lead-1'],
    [['--name', 'admin'], '--name: "admin" means somebody else'],
    [['--name', 'local'], '--name: "local" means somebody else'],
    [['--name', '  '], '--name: "  " is not 1 to 80 characters'],
    [['--name', 'a\nb'], '--name: "a\\nb" is not 1 to 80 characters'],
    [['--name', 'x'.repeat(81)], 'is not 1 to 80 characters'],
    [
      ['--name', 'x', '--expires', 'soon'],
      "option '--expires <duration>' argument 'soon' is invalid. Write a duration",
    ],
    [
      ['--name', 'x', '--expires', '0'],
      "option '--expires <duration>' argument '0' is invalid. Write a duration",
    ],
  ])('%j exits 2 and makes nothing', async (args, words) => {
    const ran = await token('create', ...args);

    expect(ran.code).toBe(2);
    expect(ran.err).toContain(words);
    expect(await listed()).toEqual([]);
  });

  test.each([[['create']], [['create', '--name', 'x', '--scope', 'root']], [['revoke']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await token(...args)).code).toBe(2);
    },
  );
});

describe('list', () => {
  test('says so when there are none', async () => {
    expect((await token('list')).out).toContain('No tokens: whoever is at this machine may use the API.');
  });

  test('shows the newest first with state and last use', async () => {
    const first = await created('--name', 'one');
    const second = await created('--name', 'two', '--expires', '1ms');
    await token('revoke', String(first.id));
    const inbox = openInbox({ file: join(folder, 'data', 'inbox.db'), log: quietLog });
    await inbox.tokenUses.note(String(first.id), '2026-11-23T10:00:00.000Z');
    inbox.close();

    expect(await listed()).toMatchObject([
      { id: second.id, name: 'two', state: 'expired', lastUsedAt: null },
      { id: first.id, name: 'one', state: 'revoked', lastUsedAt: '2026-11-23T10:00:00.000Z' },
    ]);
    expect((await token('list')).out).toMatch(
      new RegExp(`${first.id} +one +– +decide +revoked .* never +2026-11-23 10:00:00`),
    );
  });
});

describe('revoke', () => {
  test('ends a token once, and tells when no other is left', async () => {
    const one = await created('--name', 'one');
    const two = await created('--name', 'two');

    const first = await token('revoke', String(one.id));
    const last = await token('revoke', String(two.id));
    const at = (await listed()).map(({ revokedAt }) => revokedAt);
    await token('revoke', String(two.id));

    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Revoked ${one.id} (one, scope decide)`),
    });
    expect(first.out).not.toContain('None of these');
    expect(last.out).toContain('None of these tokens counts any more');
    expect((await listed()).map(({ revokedAt }) => revokedAt)).toEqual(at);
  });

  test('of one that is not there exits 1', async () => {
    expect(await token('revoke', 'tok_none')).toMatchObject({
      code: 1,
      err: 'pm-agent: there is no token tok_none; pm-agent token list shows all\n',
    });
  });
});

test('a file that is no database exits 1 and names it', async () => {
  await token('create', '--name', 'one');
  writeFileSync(
    join(folder, 'data', 'operators.db'),
    'not a database at all, but long enough to be read as one',
  );

  const ran = await token('list');

  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/^pm-agent: The database .*operators\.db is damaged or no SQLite database/);
});
