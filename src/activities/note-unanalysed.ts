/** A critical event that the model gave no decision on: people are told by code, once for its subject, and it is looked at again. */
import { analyseAgainAfterMs } from '../domain/analyse-later.js';
import type { ContextFacts } from '../domain/context.js';
import { toldSubjectOf } from '../domain/critical.js';
import type { PlannedAction } from '../domain/cycle.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import type { FailureKind } from '../domain/turn.js';
import type { RecordActivities, UnanalysedInput } from './contract.js';
import { criticalNotice, type NoticeDeps } from './critical-notice.js';
import { loadContext } from './stored-context.js';

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
      subject: toldSubjectOf(critical, cycle.event),
      critical,
      failureKind: kindOf(failures),
      escalation: escalationOf(deps, input, facts, again),
    });
    return { escalation, againAfterMs: escalation === null ? null : again };
  };
}

function escalationOf(
  deps: NoticeDeps,
  { cycle, title, critical, failures }: UnanalysedInput,
  facts: ContextFacts,
  again: number | null,
): PlannedAction {
  return criticalNotice(
    deps,
    {
      cycle,
      title,
      critical,
      name: 'c1',
      rule: OWN_RULE_NAMES.unanalysed,
      headline: 'not analysed',
      paragraphs: [
        `**Not analysed**: ${WHY[kindOf(failures)] ?? UNUSABLE}. Please look at it yourself.`,
        again === null
          ? 'The agent does not look at it again by itself.'
          : 'The agent looks at it again by itself, and acts then as it would have now. You are not told of it again for that.',
      ],
    },
    facts,
  );
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
