/** What a person wrote in place of a proposal goes through everything that the proposal went through. */
import { targetOf } from '../../domain/action.js';
import type { Standing } from '../../domain/actions/row.js';
import { watchedBy } from '../../domain/actions/watched.js';
import { refusalOfDecider } from '../../domain/approval-rules.js';
import type { EditJudgement, PlannedAction, ShownAction } from '../../domain/cycle.js';
import { withSaid } from '../../domain/said.js';
import { isSameRule } from '../../domain/same-rule.js';
import { readEdit } from '../../reasoning/actions/read-edit.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { judgementOf, type PlanRules, planAll, planRules } from '../plan-actions.js';
import { loadContext } from '../stored-context.js';
import { approvalHash } from './hash.js';

export function createJudgeEdit(deps: ActivityDeps): StepActivities['judgeEdit'] {
  return async ({ cycle, contextHash, planned, payload, by }) => {
    const read = readEdit(planned.action, payload);
    if ('problems' in read) {
      const problems = read.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return { refusal: problems.join('; '), what: 'invalid' };
    }
    const { action } = read;
    if (targetOf(action) !== planned.target) {
      return {
        what: 'invalid',
        refusal: `payload: it leads to ${targetOf(action)}, and an edit cannot change the target ${planned.target}; reject it instead`,
      };
    }
    const context = await loadContext(deps.mirror, contextHash);
    const { targets, rules } = await planRules(deps, cycle, context);
    const [judged] = planAll(cycle, [action], targets, { ...rules, ...asShown(planned) });
    if (judged === undefined) {
      return { refusal: 'payload: nothing would be done', what: 'invalid' };
    }
    const settled = settle(planned, judged, watchedBy(action, context.facts), by.id);
    return 'refusal' in settled
      ? settled
      : {
          planned: withSaid(settled.planned, deps, context.facts),
          judgement: judgementOf(cycle, action, targets, rules),
        };
  };
}

/** What was shown keeps its level, whatever the agent may do by now. */
function asShown({ autonomy }: ShownAction): Pick<PlanRules, 'levels'> {
  return autonomy === undefined ? {} : { levels: () => ({ level: autonomy.level, source: 'mirror' }) };
}

function settle(
  before: ShownAction,
  judged: PlannedAction,
  watched: Standing | null,
  byId: string,
): EditJudgement {
  if (judged.refusal !== null) {
    return { refusal: judged.refusal, what: 'denied' };
  }
  if (judged.verdict === 'never') {
    return { refusal: `the policy never allows this (rule "${judged.rule}")`, what: 'denied' };
  }
  const planned = asRequest(before, withSeen(judged, before), asShownNow(watched, before.version));
  const also = isSameRule(planned, before) ? mayAlso(before) : [];
  const refusal = refusalOfDecider({ planned, also }, byId);
  return refusal === null ? { planned } : { refusal: refusal.message, what: 'denied' };
}

/** Under the same rule whoever it went on to may edit, too; which of them by now, the gate asked before. */
function mayAlso({ backups = [], escalation = [] }: ShownAction): readonly string[] {
  return [...backups, ...escalation.flatMap(({ deciders }) => deciders)];
}

/** What the edited action rests on, as the person saw it: what was shown again stands differently than when it was planned. */
function asShownNow(watched: Standing | null, shown: Standing | undefined): Standing | undefined {
  return watched === null || shown === undefined ? shown : pick(watched, shown);
}

function pick(watched: Standing, shown: Standing): Standing {
  return Object.fromEntries(
    Object.entries(watched).map(([member, planned]) => [
      member,
      member in shown ? (shown[member] ?? null) : planned,
    ]),
  );
}

/** What the effect demands to stand still, as the person saw it; also where the context is the one that it was planned by. */
function withSeen(judged: PlannedAction, { seen: shown }: ShownAction): PlannedAction {
  return judged.seen === undefined || shown === undefined
    ? judged
    : { ...judged, seen: pick(judged.seen, shown) };
}

/**
 * It stays this request: its id, what it counts against, and that a person is asked, also where the policy would let the edit go
 * by itself. What changed at its target is no other change for an edit.
 */
function asRequest(before: ShownAction, judged: PlannedAction, version: Standing | undefined): ShownAction {
  const { actionId, ordinal, countsAgainst, said } = before;
  const kept = {
    actionId,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(countsAgainst === undefined ? {} : { countsAgainst }),
    ...(version === undefined ? {} : { version }),
    ...(said === undefined ? {} : { said }),
  };
  const hash = approvalHash(judged.action, version);
  if (judged.verdict === 'ask') {
    const { version: _, ...anew } = judged;
    return { ...anew, ...kept, hash };
  }
  const { action, target, risk, policyVersion, takenOut, seen } = judged;
  const { takenOut: _, seen: __, ...rest } = before;
  return {
    ...rest,
    ...kept,
    action,
    target,
    risk,
    policyVersion,
    hash,
    ...(takenOut === undefined ? {} : { takenOut }),
    ...(seen === undefined ? {} : { seen }),
  };
}
