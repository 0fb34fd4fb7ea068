/** What the agent may do by itself, what speaks for more, and an admin's order to change it. */
import { randomUUID } from 'node:crypto';
import type { AutonomyReader } from '../audit/autonomy.js';
import type { AutonomyLevelsTable } from '../audit/autonomy-table.js';
import { actorOf, type Decider } from '../domain/approval.js';
import {
  type AutonomyKey,
  type AutonomyLevel,
  type AutonomyRules,
  keyName,
  type LevelChange,
  type LevelOrder,
  levelAbove,
  levelBelow,
  levelOf,
  type StandingLevel,
  sameKey,
} from '../domain/autonomy.js';
import { type AutonomyEvidence, evidenceOf } from '../domain/autonomy-evidence.js';
import { wayUp } from '../domain/autonomy-words.js';
import { HttpError } from './http-error.js';

const HISTORY_SHOWN = 20;

export interface LevelState extends AutonomyKey, StandingLevel {
  /** ISO 8601 UTC; null where nobody chose it. */
  readonly since: string | null;
  readonly evidence: AutonomyEvidence;
  readonly history: readonly AutonomyLevelsTable[];
}

export interface Autonomy {
  list(): readonly LevelState[];
  /** Takes the level that is offered; null where no worker answered yet. Throws `HttpError` 409 where none is. */
  promote(key: AutonomyKey, by: Decider, reason: string | undefined): Promise<LevelState | null>;
  /** One level less, for any reason. Throws `HttpError` 409 at the lowest. */
  demote(key: AutonomyKey, by: Decider, reason: string | undefined): Promise<LevelState | null>;
}

export interface AutonomyParts {
  readonly mirror: AutonomyReader;
  readonly rules: () => AutonomyRules;
  /** Carries an order out; null where no worker answered in time. Throws `HttpError` 503 where Temporal is away. */
  readonly order: (order: LevelOrder) => Promise<LevelChange | null>;
}

export function createAutonomy({ mirror, rules, order }: AutonomyParts): Autonomy {
  const stateOf = (key: AutonomyKey): LevelState => {
    const held = mirror.heldLevels();
    const standing = levelOf(rules(), held, key);
    const since = held.find((one) => sameKey(one, key))?.since ?? null;
    const evidence = evidenceOf(standing.level, mirror.outcomesOf(key, since ?? ''), rules());
    return { ...key, ...standing, since, evidence, history: mirror.levelHistory(key, HISTORY_SHOWN) };
  };
  const change = async (state: LevelState, to: AutonomyLevel, by: Decider, reason: string | undefined) => {
    const { kind, project, level: from, evidence } = state;
    const ordered = await order({
      id: randomUUID(),
      kind,
      project,
      from,
      to,
      by: { id: by.id, name: by.name },
      actor: actorOf(by),
      why: reason ?? 'an admin wanted it',
      evidence: { ...evidence },
    });
    if (ordered?.changed === false) {
      throw new HttpError(
        409,
        'changed_meanwhile',
        `${keyName(state)} is not at ${from} any more; look again`,
      );
    }
    return ordered === null ? null : stateOf(state);
  };
  return {
    list: () => mirror.autonomyKeys().map(stateOf),
    promote: async (key, by, reason) => {
      const state = stateOf(key);
      return change(state, offered(state), by, reason);
    },
    demote: async (key, by, reason) => {
      const state = stateOf(key);
      return change(state, below(state), by, reason);
    },
  };
}

function offered(state: LevelState): AutonomyLevel {
  const { level, evidence } = state;
  const next = levelAbove(level);
  if (next === null) {
    throw new HttpError(409, 'highest_level', `${keyName(state)} is at ${level} already`);
  }
  if (evidence.offer === null) {
    throw new HttpError(409, 'not_offered', `${next} is not offered for ${keyName(state)}: ${wayUp(state)}`, {
      details: { level, evidence },
    });
  }
  return evidence.offer;
}

function below(state: LevelState): AutonomyLevel {
  const next = levelBelow(state.level);
  if (next === null) {
    throw new HttpError(409, 'lowest_level', `${keyName(state)} is at ${state.level} already`);
  }
  return next;
}
