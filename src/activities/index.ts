import { MAX_WRITE_ATTEMPTS } from '../domain/effect.js';
import { createAnswerQuestion } from './approval/answer-question.js';
import { createJudgeEdit } from './approval/judge-edit.js';
import { createLookAgain } from './approval/look-again.js';
import { createChangeAutonomy } from './autonomy.js';
import type { Activities, TrialActivities } from './contract.js';
import { createDecide } from './decide.js';
import type { ActivityDeps } from './dependencies.js';
import { createOpenDrill } from './drill/open-drill.js';
import { createExecuteAction } from './execute-action.js';
import { guarded } from './failure.js';
import { createStandBack } from './from-before-restore.js';
import { createSlackNames, type SlackNames } from './gather/slack-names.js';
import { createGatherContext } from './gather-context.js';
import { createOwnAccounts, type OwnAccounts } from './own-accounts.js';
import { type Patience, withPatience } from './patience.js';
import { createPlanActions } from './plan-actions.js';
import { createRecordActivities } from './record.js';
import { createSpending, type Spending } from './spending.js';
import { createPlanSweep } from './sweep/plan-sweep.js';
import { createSweepPage } from './sweep/sweep-page.js';
import { createTrialActivities } from './trial/index.js';
import { createTrialSpending, type TrialSpending } from './trial/trial-spending.js';
import { askedAnew } from './turns/asked-anew.js';
import { withLastWord } from './turns/last-word.js';
import { roundOf, turnKey } from './turns/place.js';
import { createTakeTurn } from './turns/take-turn.js';
import { createTriage, triageKey } from './turns/triage.js';
import { createUseTool } from './turns/use-tool.js';
import { createUndoAction } from './undo-action.js';

/** An hour of a vendor that is away. */
const READING: Patience = { tries: 60, firstMs: 1_000, longestMs: 60_000 };

/** A quarter of an hour of a model that is away. */
const THINKING: Patience = { tries: 10, firstMs: 2_000, longestMs: 5 * 60_000 };

/** The executor has its own last word before that. */
const WRITING: Patience = { tries: MAX_WRITE_ATTEMPTS + 1, firstMs: 1_000, longestMs: 60_000 };

export type { ActivityDeps } from './dependencies.js';

/** What a process remembers from one activity to the next, whatever pm-agent.yaml says meanwhile. */
export interface Memory {
  readonly accounts: OwnAccounts;
  readonly slackNames: SlackNames;
  /** What calls of the model that are under way may cost. */
  readonly spending: Spending;
  readonly trialSpending: TrialSpending;
}

export function createMemory(deps: () => ActivityDeps): Memory {
  return {
    accounts: createOwnAccounts(deps()),
    slackNames: createSlackNames(deps()),
    spending: createSpending(deps(), () => deps().budgets),
    trialSpending: createTrialSpending(deps(), () => deps().trialsPerDay),
  };
}

/** Every activity of the product over its dependencies; whatever one throws is classified in `failure.ts`. */
export function createActivities(
  deps: ActivityDeps,
  { accounts, slackNames, spending, trialSpending }: Memory = createMemory(() => deps),
): Activities {
  const record = createRecordActivities(deps);
  const standBack = createStandBack(deps);
  return {
    gatherContext: guarded(
      withPatience(
        deps.mirror,
        READING,
        (cycle) => `${cycle.cycleId}/gather${roundOf(cycle)}`,
        standBack((cycle) => cycle, createGatherContext(deps, accounts, slackNames)),
      ),
    ),
    ...createThinking(deps, accounts, spending, standBack),
    planActions: guarded(standBack(({ cycle }) => cycle, createPlanActions(deps))),
    executeAction: guarded(
      withPatience(
        deps.mirror,
        WRITING,
        ({ planned }) => planned.actionId,
        standBack(({ cycle }) => cycle, createExecuteAction(deps, undefined, accounts)),
      ),
    ),
    ...approvalActivities(deps, spending),
    noteApproval: guarded((input) => record.noteApproval(input)),
    openApprovals: guarded((input) => record.openApprovals(input)),
    decisionsOnTheirWay: guarded((input) => record.decisionsOnTheirWay(input)),
    proveDecision: guarded((input) => record.proveDecision(input)),
    signalSentAt: guarded((input) => record.signalSentAt(input)),
    settleApproval: guarded((input) => record.settleApproval(input)),
    recordRefusal: guarded((input) => record.recordRefusal(input)),
    openBreaker: guarded((input) => record.openBreaker(input)),
    tellExpired: guarded((input) => record.tellExpired(input)),
    noteUnanalysed: guarded((input) => record.noteUnanalysed(input)),
    tellAllDenied: guarded((input) => record.tellAllDenied(input)),
    tellOverBudget: guarded((input) => record.tellOverBudget(input)),
    answerAsker: guarded((input) => record.answerAsker(input)),
    parkCycle: guarded((input) => record.parkCycle(input)),
    claimLane: guarded((input) => record.claimLane(input)),
    finishCycle: guarded((input) => record.finishCycle(input)),
    undoAction: guarded(
      withPatience(deps.mirror, WRITING, ({ undoId }) => undoId, createUndoAction(deps, undefined, accounts)),
    ),
    planSweep: guarded(createPlanSweep(deps)),
    sweepPage: guarded(createSweepPage(deps, accounts)),
    openDrill: guarded(createOpenDrill(deps)),
    changeAutonomy: guarded(createChangeAutonomy(deps)),
    ...trialActivities(deps, trialSpending),
  };
}

/** What asks the model. All of it shares one account of what is under way. */
function createThinking(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  spending: Spending,
  standBack: ReturnType<typeof createStandBack>,
): Pick<Activities, 'decide' | 'triage' | 'takeTurn' | 'useTool'> {
  return {
    decide: guarded(
      withPatience(
        deps.mirror,
        THINKING,
        ({ cycle }) => `${cycle.cycleId}/decide`,
        standBack(({ cycle }) => cycle, createDecide(deps, accounts, spending)),
      ),
    ),
    triage: guarded(
      askedAnew(
        deps,
        { keyOf: ({ cycle }) => triageKey(cycle), modelOf: () => deps.models.triage },
        withPatience(
          deps.mirror,
          THINKING,
          ({ cycle }) => triageKey(cycle),
          standBack(({ cycle }) => cycle, createTriage(deps, accounts, spending)),
        ),
      ),
    ),
    takeTurn: guarded(
      askedAnew(
        deps,
        { keyOf: turnKey, modelOf: ({ route = 'normal' }) => deps.models[route] },
        withLastWord(
          deps,
          withPatience(
            deps.mirror,
            THINKING,
            turnKey,
            standBack(({ cycle }) => cycle, createTakeTurn(deps, accounts, spending)),
          ),
        ),
      ),
    ),
    useTool: guarded(standBack(({ cycle }) => cycle, createUseTool(deps))),
  };
}

function trialActivities(deps: ActivityDeps, spending: TrialSpending): TrialActivities {
  const trial = createTrialActivities(deps, spending);
  return {
    planTrial: guarded((input) => trial.planTrial(input)),
    runCase: guarded(
      withPatience(
        deps.mirror,
        THINKING,
        ({ trialId, caseId }) => `${trialId}/${caseId}`,
        (input) => trial.runCase(input),
      ),
    ),
    giveUpCase: guarded((input) => trial.giveUpCase(input)),
    endTrial: guarded((input) => trial.endTrial(input)),
  };
}

/** What people ask of a request that waits, and the look at its target before its effect. */
function approvalActivities(
  deps: ActivityDeps,
  spending: Spending,
): Pick<Activities, 'judgeEdit' | 'lookAgain' | 'answerQuestion'> {
  return {
    judgeEdit: guarded(createJudgeEdit(deps)),
    lookAgain: guarded(createLookAgain(deps)),
    answerQuestion: guarded(
      withPatience(
        deps.mirror,
        THINKING,
        ({ questionId }) => questionId,
        createAnswerQuestion(deps, spending),
      ),
    ),
  };
}
