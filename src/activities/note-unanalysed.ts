/** A critical event that the model gave no decision on: people are told by code, once for its subject, and it is looked at again. */

import { NO_ESCALATION_PLACE } from '../domain/actions/escalate.js';
import type { ActionPayloads } from '../domain/actions/payloads.js';
import { analyseAgainAfterMs } from '../domain/analyse-later.js';
import type { ContextFacts } from '../domain/context.js';
import type { PlannedAction } from '../domain/cycle.js';
import { subjectScope } from '../domain/limit.js';
import type { FailureKind } from '../domain/turn.js';
import { codeAction, quoted } from './code-action.js';
import type { RecordActivities, UnanalysedInput } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { loadContext } from './stored-context.js';
import { teamOf } from './team.js';

type NoticeDeps = Pick<ActivityDeps, 'mirror' | 'policy' | 'output' | 'people' | 'teams' | 'clock'> &
  Partial<Pick<ActivityDeps, 'groups'>>;

/** @param againAfterMs as `analyseAgainAfterMs` */
export function createNoteUnanalysed(
  deps: NoticeDeps,
  againAfterMs = analyseAgainAfterMs,
): RecordActivities['noteUnanalysed'] {
  return async (input) => {
    const { cycle, critical, failures, contextHash } = input;
    const again = againAfterMs(failures, deps.clock());
    if (failures.length > 1) {
      return { escalation: null, againAfterMs: again };
    }
    const { facts } = await loadContext(deps.mirror, contextHash);
    const escalation = await deps.mirror.tellUnanalysed({
      cycleId: cycle.cycleId,
      subject: cycle.event.subject,
      critical,
      failureKind: kindOf(failures),
      escalation: escalationOf(deps, input, facts, again),
    });
    return { escalation, againAfterMs: escalation === null ? null : again };
  };
}

function escalationOf(
  deps: NoticeDeps,
  input: UnanalysedInput,
  facts: ContextFacts,
  again: number | null,
): PlannedAction {
  const { cycle } = input;
  const to = escalationPlace(teamOf(cycle.event, facts, deps.teams), deps.people);
  return codeAction(
    {
      actionId: `${cycle.cycleId}.c1`,
      action: {
        kind: 'escalate',
        payload: { ...noticeOf(input, again, (text) => quoted(text, deps.output)), to },
      },
      origin: 'critical',
      rule: 'critical without the model',
      refusal: to === null ? NO_ESCALATION_PLACE : null,
      countsAgainst: [subjectScope(cycle.event.subject)],
    },
    cycle.event,
    deps,
  );
}

/** Titles stand in it shortened: a notice is read on a phone. */
const TITLE_LIMIT = 200;

function noticeOf(
  { cycle, critical, failures, title }: UnanalysedInput,
  again: number | null,
  quote: (text: string) => string,
): Omit<ActionPayloads['escalate'], 'to'> {
  const why = quote(critical.why);
  return {
    reason: `not analysed: ${why}`,
    level: 'critical',
    text: [
      `${quote(title).slice(0, TITLE_LIMIT)}: ${why} (rule "${critical.rule}").`,
      `**Not analysed**: ${WHY[kindOf(failures)] ?? UNUSABLE}. Please look at it yourself.`,
      again === null
        ? 'The agent does not look at it again by itself.'
        : 'The agent looks at it again by itself, and acts then as it would have now. You are not told of it again for that.',
      `Cycle: \`${cycle.cycleId}\``,
    ].join('\n\n'),
  };
}

const UNUSABLE = 'the model gave no answer that can be used';

/** Our own words: what a model or a vendor said stands in the cycle. */
const WHY: { readonly [K in FailureKind]?: string } = {
  unavailable: 'the model cannot be asked at the moment',
  over_budget: 'a budget has no room for asking the model',
  refusal: 'the model declined to answer',
  not_taken: 'the model proposed what cannot be taken, so that nothing of it is done',
};

function kindOf(failures: readonly FailureKind[]): FailureKind {
  return failures.at(-1) ?? 'stopped';
}
