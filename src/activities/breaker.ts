/** What happens when a limit is reached: the agent stops there by itself, and a person is told once. */

import { NO_ESCALATION_PLACE } from '../domain/actions/escalate.js';
import type { ActionPayloads } from '../domain/actions/payloads.js';
import type { ContextFacts } from '../domain/context.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import type { OverLimit } from '../domain/limit.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import { type CodeActionDeps, codeAction, quoted } from './code-action.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { fingerprint } from './fingerprint.js';
import { toldTeamOf } from './team.js';

type BreakerDeps = CodeActionDeps & Pick<ActivityDeps, 'mirror' | 'people' | 'teams'>;

/**
 * Records that the limit stopped the agent. Answers the escalation to carry out for the one cycle that found it first,
 * also when that cycle asks again; null where the breaker was open already.
 */
export function openBreaker(
  deps: BreakerDeps,
  cycle: Pick<CycleInput, 'cycleId' | 'event'>,
  over: OverLimit,
  facts: ContextFacts | null,
): Promise<PlannedAction | null> {
  const team = toldTeamOf([cycle.event], facts, deps);
  const to = escalationPlace(team, deps.people);
  const name = quoted(over.scope.name, deps.output);
  const escalation = codeAction(
    {
      actionId: `${cycle.cycleId}.e${fingerprint(over.scope.key).slice(0, 8)}`,
      action: {
        kind: 'escalate',
        payload: noticeOf({ ...over, scope: { ...over.scope, name } }, cycle.cycleId, to),
      },
      origin: 'breaker',
      rule: OWN_RULE_NAMES.breaker,
      refusal: to === null ? NO_ESCALATION_PLACE : null,
      // What tells of the stop must not add to its cause.
      countsAgainst: [],
    },
    cycle.event,
    deps,
  );
  return deps.mirror.openBreaker({ cycleId: cycle.cycleId, over, escalation });
}

function noticeOf(
  { scope, count, limit, since, freesAt }: OverLimit,
  cycleId: string,
  to: string | null,
): ActionPayloads['escalate'] {
  return {
    reason: `the agent stopped by itself ${scope.name}`,
    level: 'warning',
    to,
    text: [
      `${count} actions ${scope.name} since ${since}: as many as limits.actionsPerSubjectPerHour (${limit}) allows in an hour. The next may go at ${freesAt}.`,
      'Look whether two bots answer each other there. If so, stop the other one, or tell the agent to "mute" on that item. What a person approves is still carried out.',
      `Cycle: \`${cycleId}\``,
    ].join('\n\n'),
  };
}
