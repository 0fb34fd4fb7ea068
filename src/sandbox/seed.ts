/** The demo team that a fresh or reset sandbox starts with; its times are relative to now. */
import { createBitbucketState } from './bitbucket/create-state.js';
import type { Emit } from './emit.js';
import { createJiraState } from './jira/create-state.js';
import type { Scope } from './scope.js';
import { seedBitbucket } from './seed/bitbucket.js';
import { seedJira } from './seed/jira.js';
import type { Seeding } from './seed/seeding.js';
import { seedSlack } from './seed/slack.js';
import { createSlackState } from './slack/create-state.js';

const DAY_MS = 86_400_000;

const SILENT: Emit = { jira: () => '', bitbucket: () => '', slackEvent: () => '', slackForm: () => '' };

/** Fills an empty store, all of it or nothing; no webhook goes out. */
export function seedDemoTeam(scope: Scope): void {
  const now = scope.clock().getTime();
  let current = now;
  const silent: Scope = { ...scope, emit: SILENT, clock: () => new Date(current) };
  const before = (days: number): number => now - Math.round(days * DAY_MS);
  const seeding: Seeding = {
    store: scope.store,
    accounts: scope.accounts,
    jira: createJiraState(silent),
    bitbucket: createBitbucketState(silent),
    slack: createSlackState(silent),
    at: (days) => {
      current = before(days);
    },
    daysAgo: (days) => new Date(before(days)).toISOString(),
  };
  scope.store.transaction(() => {
    seedJira(seeding);
    seedBitbucket(seeding);
    seedSlack(seeding);
    scope.store.put('jira', 'seed', 'demo', { at: scope.clock().toISOString() });
  });
}

/** Has this store been filled before? */
export function isSeeded(scope: Scope): boolean {
  return scope.store.get('jira', 'seed', 'demo') !== null;
}
