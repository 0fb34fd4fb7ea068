/** The questions that each event and each effect ask of the ledger are answered from an index, however long it has grown. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TEACHES } from '../../src/audit/lessons-migration.js';
import { IN_SHADOW } from '../../src/audit/shadow-migration.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

test.each([
  [
    'what counts against a limit',
    `SELECT at, action_id FROM counted_effects WHERE scope = ? AND at > ?`,
    ['SEARCH counted_effects USING PRIMARY KEY (scope=? AND at>?)'],
  ],
  [
    'what an action counts against',
    `DELETE FROM counted_effects WHERE action_id = ?`,
    ['SEARCH counted_effects USING COVERING INDEX counted_effects_by_action (action_id=?)'],
  ],
  [
    'the last word on a mute',
    `SELECT command FROM mute_commands WHERE subject = ? ORDER BY said_at DESC, seq DESC LIMIT 1`,
    ['SEARCH mute_commands USING INDEX mute_commands_latest (subject=?)'],
  ],
  [
    'an open breaker',
    `SELECT cycle_id, escalation FROM breakers WHERE scope = ? AND opened_at > ?`,
    ['SEARCH breakers USING INDEX breakers_by_scope (scope=? AND opened_at>?)'],
  ],
  [
    'whether a delivery tells of an effect',
    `SELECT kind, target FROM actions WHERE remote_id = ?`,
    ['SEARCH actions USING INDEX actions_by_remote (remote_id=?)'],
  ],
  [
    'effects like a comment',
    `SELECT id FROM actions WHERE kind IN (?) AND ((remote_id = ? AND (kind <> 'slack.message' OR target IN (?)))
       OR (target IN (?) AND remote_id IS NULL AND last_intent_at IS NOT NULL))`,
    [
      'MULTI-INDEX OR',
      'INDEX 1',
      'SEARCH actions USING INDEX actions_by_remote (remote_id=?)',
      'INDEX 2',
      'SEARCH actions USING INDEX actions_by_target (target=?)',
    ],
  ],
  [
    'what people taught lately',
    `SELECT cycles.id FROM approvals JOIN actions ON actions.id = approvals.action_id JOIN cycles ON cycles.id = approvals.cycle_id
       WHERE (${TEACHES}) AND approvals.decided_at IS NOT NULL AND cycles.project = ? AND cycles.subject != ?
       ORDER BY approvals.decided_at DESC LIMIT ?`,
    [
      'SEARCH approvals USING INDEX approvals_that_teach (decided_at>?)',
      'SEARCH cycles USING INDEX sqlite_autoindex_cycles_1 (id=?)',
      'SEARCH actions USING COVERING INDEX sqlite_autoindex_actions_1 (id=?)',
    ],
  ],
  [
    'what was proposed and never left',
    `SELECT actions.id FROM actions JOIN cycles ON cycles.id = actions.cycle_id
       WHERE (${IN_SHADOW}) AND proposed_at >= ? ORDER BY proposed_at DESC LIMIT ?`,
    [
      'SEARCH actions USING INDEX actions_in_shadow (proposed_at>?)',
      'SEARCH cycles USING COVERING INDEX sqlite_autoindex_cycles_1 (id=?)',
    ],
  ],
])('%s', (_question, sql, plan) => {
  const parameters = [...sql.matchAll(/\?/g)].map(() => 'x');
  const lines = at.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];

  expect(lines.map((line) => line.detail)).toEqual(plan);
});
