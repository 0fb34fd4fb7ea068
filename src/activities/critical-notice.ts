/** What tells people of a critical event without the model: our own words, to whom pm-agent.yaml names. */
import { NO_ESCALATION_PLACE } from '../domain/actions/escalate.js';
import type { ContextFacts } from '../domain/context.js';
import type { Critical } from '../domain/critical.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import { subjectScope } from '../domain/limit.js';
import { codeAction, quoted } from './code-action.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { toldTeamOf } from './team.js';

export type NoticeDeps = Pick<ActivityDeps, 'mirror' | 'policy' | 'output' | 'people' | 'teams' | 'clock'> &
  Partial<Pick<ActivityDeps, 'groups'>>;

/** Titles stand in it shortened: a notice is read on a phone. */
const TITLE_LIMIT = 200;

export interface CriticalNotice {
  readonly cycle: Pick<CycleInput, 'cycleId' | 'event'>;
  readonly title: string;
  readonly critical: Critical;
  /** Names the notice among those of its cycle: `c1`. */
  readonly name: string;
  readonly rule: string;
  /** Before its colon what became of the event, in a few words. */
  readonly headline: string;
  readonly paragraphs: readonly string[];
}

export function criticalNotice(deps: NoticeDeps, notice: CriticalNotice, facts: ContextFacts): PlannedAction {
  const { cycle, title, critical, name, rule, headline, paragraphs } = notice;
  const to = escalationPlace(toldTeamOf([cycle.event], facts, deps), deps.people);
  const why = quoted(critical.why, deps.output);
  const text = [
    `${quoted(title, deps.output).slice(0, TITLE_LIMIT)}: ${why} (rule "${critical.rule}").`,
    ...paragraphs,
    `Cycle: \`${cycle.cycleId}\``,
  ].join('\n\n');
  return codeAction(
    {
      actionId: `${cycle.cycleId}.${name}`,
      action: {
        kind: 'escalate',
        payload: { reason: `${headline}: ${why}`, level: 'critical', text, to },
      },
      origin: 'critical',
      rule,
      refusal: to === null ? NO_ESCALATION_PLACE : null,
      countsAgainst: [subjectScope(cycle.event.subject)],
    },
    cycle.event,
    deps,
  );
}
