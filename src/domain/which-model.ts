/** Which model decides where a rule sent an event past the first look (pm-agent.yaml's `routing`). Pure. */
import { CRITICAL_PRIORITIES } from './critical-priority.js';

/** Rules that ask for a decision without the small model's word: of routing.ts, and of critical.ts. */
export const DECIDING_RULES = [
  'asked',
  'critical work',
  'failed build',
  'blocked sprint work',
  'red main branch',
] as const;

export type DecidingRule = (typeof DECIDING_RULES)[number];

export interface Routing {
  /** Names of the priorities of which people have to hear. */
  readonly criticalPriorities: readonly string[];
  /** What goes to the large model: a wrong word costs most there. */
  readonly hard: readonly DecidingRule[];
}

/** What holds where pm-agent.yaml says nothing. */
export const BUILT_IN_ROUTING: Routing = { criticalPriorities: CRITICAL_PRIORITIES, hard: ['critical work'] };

/** The first of these rules that the large model decides by; null where the normal one does. */
export function hardRuleOf(
  rules: readonly string[],
  { hard }: Pick<Routing, 'hard'> = BUILT_IN_ROUTING,
): DecidingRule | null {
  return hard.find((rule) => rules.includes(rule)) ?? null;
}
