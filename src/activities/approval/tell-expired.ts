/** Nobody decided in time, and the rule says that somebody should know: the team's lead is told by code, in working hours. */
import { jiraNames } from '../../domain/account-names.js';
import { describeAction } from '../../domain/action.js';
import { NO_ESCALATION_PLACE } from '../../domain/actions/escalate.js';
import { eventsOf, isDenied, type PlannedAction } from '../../domain/cycle.js';
import { OWN_RULE_NAMES } from '../../domain/rule-names.js';
import { nextWorkingTime, type WorkCalendar } from '../../domain/work-calendar.js';
import { codeAction, quoted } from '../code-action.js';
import type { RecordActivities } from '../contract.js';
import type { NoticeDeps } from '../critical-notice.js';
import { escalationPlace } from '../escalation.js';
import { loadContext } from '../stored-context.js';
import { toldTeamOf } from '../team.js';

/** Idempotent: each request has one such escalation. Asked again when it may leave, it says whether it still may. */
export function createTellExpired(deps: NoticeDeps): RecordActivities['tellExpired'] {
  return async ({ cycle, contextHash, planned }) => {
    const { facts } = await loadContext(deps.mirror, contextHash);
    const team = toldTeamOf(eventsOf(cycle), facts, deps);
    const to = escalationPlace(team, deps.people);
    const nameOf = jiraNames(deps.people, () => facts.issue?.people ?? []);
    const now = deps.clock();
    const leaves = nextOf(now, planned.calendar ?? team?.calendar ?? null);
    const escalation = codeAction(
      {
        actionId: planned.actionId.replace(/\.a(\d+)$/, '.x$1'),
        action: {
          kind: 'escalate',
          payload: {
            ...noticeOf(cycle.cycleId, planned, quoted(describeAction(planned.action, nameOf), deps.output)),
            to,
          },
        },
        origin: 'expired',
        rule: OWN_RULE_NAMES.expired,
        refusal: to === null ? NO_ESCALATION_PLACE : null,
        // Nothing else was done: there is nothing that it could add to.
        countsAgainst: [],
      },
      cycle.event,
      // Rules by time of day are about when it is told.
      { ...deps, clock: () => leaves },
    );
    await deps.mirror.recordOwnAction({ cycleId: cycle.cycleId, planned: escalation });
    return leaves > now && !isDenied(escalation)
      ? { ...escalation, notBefore: leaves.toISOString() }
      : escalation;
  };
}

function nextOf(now: Date, calendar: WorkCalendar | null): Date {
  return calendar === null ? now : nextWorkingTime(now, calendar);
}

function noticeOf(cycleId: string, planned: PlannedAction, what: string) {
  return {
    reason: 'nobody decided in time',
    level: 'warning' as const,
    text: [
      `It was about "${what}" (rule "${planned.rule}", risk ${planned.risk}). Nothing was done, and nothing will be: it is not asked any more.`,
      'If it is still wanted, do it by hand, or mention the agent there again.',
      `Cycle: \`${cycleId}\``,
    ].join('\n\n'),
  };
}
