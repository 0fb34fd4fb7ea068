import type { Generated } from 'kysely';
import type { AutonomyLevel } from '../domain/autonomy.js';

/** Every change of a level of autonomy; of a kind and a project the latest one holds. */
export interface AutonomyLevelsTable {
  seq: Generated<number>;
  kind: string;
  project: string;
  level: AutonomyLevel;
  was: AutonomyLevel;
  at: string;
  by_id: string;
  by_name: string;
  /** The rule, or the admin's reason. */
  why: string;
  /** JSON: what spoke for it. */
  evidence: string;
  /** Makes it happen once. */
  cause: string;
}
