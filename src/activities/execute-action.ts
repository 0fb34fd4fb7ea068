/** Fifth step: carry out one action, effectively once. */
import { ApplicationFailure, log } from '@temporalio/activity';
import type { EffectGate } from '../audit/effects.js';
import { jiraNames } from '../domain/account-names.js';
import { type ActionKind, describeAction } from '../domain/action.js';
import { ACTIONS } from '../domain/actions/index.js';
import { driftSentence } from '../domain/actions/standing.js';
import { isStatusNote } from '../domain/actions/status-note.js';
import type { ActionResult, CycleInput, PlannedAction, ShownAction } from '../domain/cycle.js';
import { subjectScope } from '../domain/limit.js';
import type { Settled } from './actions/executor.js';
import { createExecutors, findEffect, madeByAnother, prepareEffect } from './actions/index.js';
import { withheld } from './actions/results.js';
import { type Approved, findDrift } from './approval/drift.js';
import { approvalHash } from './approval/hash.js';
import { announce, whyOnlyShown } from './autonomy.js';
import { blocked } from './blocked.js';
import { createCarryOut } from './carry-out.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { effectMark } from './effect-mark.js';
import { pastOf } from './look-first.js';
import { createOwnAccounts, type OwnAccounts } from './own-accounts.js';
import { landsElsewhere } from './same-issue.js';
import { projectsOf } from './team.js';

/** @param lookAgainAfterMs as in `createCarryOut` */
export function createExecuteAction(
  deps: ActivityDeps,
  lookAgainAfterMs?: readonly number[],
  accounts: OwnAccounts = createOwnAccounts(deps),
): StepActivities['executeAction'] {
  const executors = createExecutors(deps, accounts);
  const carryOut = createCarryOut(deps, lookAgainAfterMs);
  return async ({ cycle, planned, contextHash }) => {
    assertNoDrill(planned);
    const { actionId, hash, action, target, seen = null } = planned;
    const mark = effectMark(deps.markKey, cycle, planned);
    const result = await carryOut({
      cycleId: cycle.cycleId,
      actionId,
      hash,
      kind: action.kind,
      target,
      label: describeAction(action, jiraNames(deps.people)),
      find: ({ stood }) => findEffect(executors, action, mark, stood),
      byAnother: ({ stood }) => madeByAnother(executors, action, stood),
      // Of what is done in part the rest follows: what stands differently may be ours.
      prepare: async ({ parts }) =>
        (contextHash === undefined || parts.length > 0
          ? null
          : await drifted(deps, { cycle, planned, contextHash })) ??
        prepareEffect(executors, action, mark, seen),
      elsewhere: () => landsElsewhere(deps.jira, cycle, planned, projectsOf(deps.teams)),
      withheld: (request) => blocked(action, request, deps.output) ?? notCovered(planned),
      onlyShown: whyOnlyShown(planned),
      overtaken: async () =>
        // That nobody decided is told whoever holds the lane by now: it says nothing of how the subject stands.
        planned.origin === 'expired' ? null : ((await newerHolder(deps, cycle)) ?? newerNote(deps, planned)),
      past: async (attempt) =>
        pastOf(deps.restored, cycle, { ...attempt, sentBefore: await sentBefore(deps, cycle, action.kind) }),
      provesOurs: ACTIONS[action.kind].marker.provesOurs,
      gate: gateOf(deps, cycle, planned),
      isOrder: false,
    });
    await announce(deps, planned, result);
    return result;
  };
}

/** By another cycle of the same event, which a person has tried again. */
function sentBefore(
  { mirror }: ActivityDeps,
  { cycleId, eventId, event: { subject } }: CycleInput,
  kind: ActionKind,
): Promise<string | null> {
  return mirror.sentBefore({ cycleId, eventId, subject, kind });
}

/** At each attempt: whatever held the one before, people may have worked on the target meanwhile. */
async function drifted(
  deps: ActivityDeps,
  approved: Approved & { readonly cycle: CycleInput },
): Promise<Settled | null> {
  const found = await findDrift(deps, approved);
  if (found === null) {
    return null;
  }
  const message = `it is asked about again: ${found.planned.said?.drift ?? driftSentence(found.drift)}`;
  // Nobody needs to be asked about what cannot be done there any more.
  const elsewhere = await landsElsewhere(deps.jira, approved.cycle, approved.planned, projectsOf(deps.teams));
  return elsewhere ?? { settled: 'obsolete', message, drifted: found };
}

/** The types say so already; what comes out of a history is looked at all the same. */
function assertNoDrill(planned: ShownAction): void {
  if (planned.drill !== undefined) {
    throw ApplicationFailure.nonRetryable(
      `${planned.actionId} is a drill: it is never carried out`,
      'Drill.NotToBeDone',
    );
  }
}

/** What was shown, hashed and let go is what leaves: other bytes under the same hash are nobody's decision. */
function notCovered({ action, version, hash }: PlannedAction): ActionResult | null {
  return approvalHash(action, version) === hash
    ? null
    : withheld('its bytes are not those that its hash covers; whatever was approved was something else');
}

/** What goes by itself has to keep to the limit and to be quiet where it was told so; what a person decided goes, and counts. */
function gateOf(deps: ActivityDeps, cycle: CycleInput, planned: PlannedAction): EffectGate {
  const places = [...new Set([cycle.event.subject, planned.target])];
  const goesByItself =
    planned.verdict === 'auto' && (planned.origin === undefined || planned.origin === 'asked');
  return {
    scopes: planned.countsAgainst ?? places.map(subjectScope),
    limit: goesByItself ? deps.limits.actionsPerSubjectPerHour : null,
    quietOn: goesByItself ? places : [],
  };
}

/** A status note that was decided on later stands already: this one would put older words in its place. */
async function newerNote({ mirror }: ActivityDeps, planned: PlannedAction): Promise<string | null> {
  const { action, target, actionId } = planned;
  const latest = isStatusNote(action.payload)
    ? await mirror.latestNote({ kind: action.kind, target, besides: actionId })
    : null;
  return latest?.isNewer === true
    ? `a status note that was decided on later stands there already (${latest.actionId})`
    : null;
}

/** A newer event of the same subject holds the lane: this cycle's view is out of date. Unreadable lanes do not block. */
async function newerHolder(deps: ActivityDeps, cycle: CycleInput): Promise<string | null> {
  try {
    const lane = await deps.laneHolder(cycle.event.subject);
    return lane !== null && lane.holder !== null && lane.holder !== cycle.cycleId && lane.fence > cycle.fence
      ? `a newer event took over (${lane.holder})`
      : null;
  } catch (error) {
    log.warn('the lane could not be read', { subject: cycle.event.subject, error });
    return null;
  }
}
