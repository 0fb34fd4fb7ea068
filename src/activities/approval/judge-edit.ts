/** What a person wrote in place of a proposal goes through everything that the proposal went through. */
import { targetOf } from '../../domain/action.js';
import { refusalOfDecider } from '../../domain/approval-rules.js';
import type { EditJudgement, PlannedAction, ShownAction } from '../../domain/cycle.js';
import { readEdit } from '../../reasoning/actions/read-edit.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { type PlanRules, planAll, planRules } from '../plan-actions.js';
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
    return judged === undefined
      ? { refusal: 'payload: nothing would be done', what: 'invalid' }
      : settle(planned, judged, by.id);
  };
}

/** What was shown keeps its level, whatever the agent may do by now. */
function asShown({ autonomy }: ShownAction): Pick<PlanRules, 'levels'> {
  return autonomy === undefined ? {} : { levels: () => ({ level: autonomy.level, source: 'mirror' }) };
}

function settle(before: ShownAction, judged: PlannedAction, byId: string): EditJudgement {
  if (judged.refusal !== null) {
    return { refusal: judged.refusal, what: 'denied' };
  }
  if (judged.verdict === 'never') {
    return { refusal: `the policy never allows this (rule "${judged.rule}")`, what: 'denied' };
  }
  const planned = asRequest(before, judged);
  const refusal = refusalOfDecider({ planned, also: before.backups ?? [] }, byId);
  return refusal === null ? { planned } : { refusal: refusal.message, what: 'denied' };
}

/** It stays this request: its id, what it counts against, and that a person is asked, also where the policy would let the edit go by itself. */
function asRequest(before: ShownAction, judged: PlannedAction): ShownAction {
  const { actionId, ordinal, countsAgainst, version } = before;
  const kept = {
    actionId,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(countsAgainst === undefined ? {} : { countsAgainst }),
    ...(version === undefined ? {} : { version }),
  };
  const hash = approvalHash(judged.action, version);
  if (judged.verdict === 'ask') {
    return { ...judged, ...kept, hash };
  }
  const { action, target, risk, policyVersion, takenOut, seen } = judged;
  const { takenOut: _, seen: __, ...rest } = before;
  return {
    ...rest,
    action,
    target,
    risk,
    policyVersion,
    hash,
    ...(takenOut === undefined ? {} : { takenOut }),
    ...(seen === undefined ? {} : { seen }),
  };
}
