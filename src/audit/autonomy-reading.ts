/** Levels of autonomy and what speaks for them, as the API reads them. */
import type { Outcome } from '../domain/autonomy-evidence.js';
import type { AutonomyReader } from './autonomy.js';
import type { All } from './trial-reading.js';

export function autonomyReading(all: All): AutonomyReader {
  return {
    heldLevels: () =>
      all(
        `SELECT kind, project, level, at AS since FROM autonomy_levels
         WHERE seq IN (SELECT max(seq) FROM autonomy_levels GROUP BY kind, project)`,
      ),
    autonomyKeys: () =>
      all(
        `SELECT kind, project FROM actions WHERE level IS NOT NULL AND ${NO_ENDED_DRILL} GROUP BY kind, project
         UNION SELECT kind, project FROM autonomy_levels ORDER BY kind, project`,
      ),
    outcomesOf: ({ kind, project }, since) =>
      all<OutcomeRow>(OUTCOMES, kind, project, since, kind, project, since, kind, project, since)
        .map(toOutcome)
        .reverse(),
    levelHistory: ({ kind, project }, limit) =>
      all(
        'SELECT * FROM autonomy_levels WHERE kind = ? AND project = ? ORDER BY seq DESC LIMIT ?',
        kind,
        project,
        limit,
      ),
  };
}

type OutcomeRow = Pick<Outcome, 'actionId' | 'what' | 'at' | 'verdict'> & { readonly risk: string };

function toOutcome({ risk, ...outcome }: OutcomeRow): Outcome {
  return { ...outcome, isFinal: risk === 'G3' };
}

/** One that waits is told by nothing, so it stands where its level is listed; no outcome is counted before it is over. */
const NO_ENDED_DRILL = 'cycle_id NOT IN (SELECT cycle_id FROM drills WHERE outcome IS NOT NULL)';

const OF_KEY = `actions.kind = ? AND actions.project = ? AND actions.level IS NOT NULL AND actions.${NO_ENDED_DRILL}`;

/** Decided requests, what was taken back of what went without a person or with one, and what was only recorded. */
const OUTCOMES = `
  SELECT actions.id AS actionId, approvals.decided_at AS at, actions.policy_verdict AS verdict, approvals.risk AS risk,
    CASE WHEN approvals.status = 'rejected' THEN 'rejected' WHEN approvals.proposed <> approvals.payload THEN 'edited' ELSE 'clean' END AS what
  FROM actions JOIN approvals ON approvals.action_id = actions.id
  WHERE ${OF_KEY} AND approvals.status IN ('approved', 'rejected') AND approvals.decided_at >= ?
  UNION ALL
  SELECT actions.id, undo.ended_at, actions.policy_verdict, actions.risk, 'undone'
  FROM actions JOIN actions AS undo ON undo.undoes = actions.id
  WHERE ${OF_KEY} AND actions.status = 'undone' AND undo.status = 'executed' AND undo.ended_at >= ?
  UNION ALL
  SELECT actions.id, actions.proposed_at, actions.policy_verdict, actions.risk, 'observed'
  FROM actions WHERE ${OF_KEY} AND actions.level = 'observe' AND actions.status = 'proposed' AND actions.proposed_at >= ?
  ORDER BY at DESC LIMIT 1000`;
