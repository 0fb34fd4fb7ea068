import { type AutonomyRules, BUILT_IN_AUTONOMY } from '../domain/autonomy.js';
import type { ParsedAgentFile } from './agent-file-schema.js';
import { parseDuration } from './duration.js';

/** `autonomy` of pm-agent.yaml; the built-in rules where there is no such part. */
export function autonomyFromFile(part: ParsedAgentFile['autonomy']): AutonomyRules {
  if (part === undefined) {
    return BUILT_IN_AUTONOMY;
  }
  const { levels, demoteWithin, ...rules } = part;
  return {
    ...rules,
    levels: levels.map(({ action, project, level }) => ({
      level,
      ...(action === undefined ? {} : { action: [action].flat() }),
      ...(project === undefined ? {} : { project: [project].flat() }),
    })),
    withinMs: parseDuration(demoteWithin) ?? BUILT_IN_AUTONOMY.withinMs,
  };
}
