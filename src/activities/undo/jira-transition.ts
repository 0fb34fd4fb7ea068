import type { Standing, Stood } from '../../domain/actions/row.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Between, Effect, Left, Settled } from '../actions/executor.js';
import { fieldValues, standingIn } from '../actions/jira-transition.js';
import { moveAlong } from '../actions/move-fields.js';
import type { Authorship } from '../authorship.js';
import { settledState, textIn } from './issue-state.js';
import { MOVED, type MoveBack, type Rest, restOf, wasMovedBack } from './move-back.js';
import { givenBack, isGivenAway, remarked, stayedSo } from './moved-fields.js';
import { nothingKnown, type Undoing } from './undoing.js';

/**
 * Back to the status that it came from, by whichever transition leads there now; what that one demands as it was before.
 * Whom the move gave it to goes back with it: in a request of its own, where the way back does not ask for somebody. Before
 * each of the two the issue is read: what a person did meanwhile is left, and said.
 */
export function undoJiraTransition(
  jira: Jira,
  edits: JiraEdits,
  authorship: Authorship,
): Undoing<'jira.transition'> {
  return ({ issueKey }, { stood }) => {
    const back = stood === null ? null : textIn(stood.before, 'status');
    if (stood === null || back === null) {
      return nothingKnown('the move');
    }
    const move: MoveBack = { jira, edits, authorship, stood, back };
    const read = async () => {
      const issue = await jira.getIssue(issueKey);
      const now = { status: issue.status, ...(await fieldValues(edits, issue, Object.keys(stood.after))) };
      return { issue, now };
    };
    const isBack = async (issue: JiraIssue, left: Left) =>
      issue.status === back || (await wasMovedBack(move, issue, left));
    return {
      find: async (left) => {
        const { issue, now } = await read();
        const rest = (await isBack(issue, left)) ? await restOf(move, issue) : null;
        return rest === null || rest.isToGiveBack
          ? null
          : { remoteId: null, ...remarked(...rest.remarks, keptResolution(move, now)) };
      },
      prepare: async (left) => {
        const { issue, now } = await read();
        if (!(await isBack(issue, left))) {
          return (
            (await settledState({ issue, now, stood }, left, authorship)) ?? (await wayBack(move, issue))
          );
        }
        const rest = await restOf(move, issue);
        if (rest.isToGiveBack) {
          return assignment(move, issueKey, rest, left);
        }
        const message =
          now.status === back
            ? `${issueKey} already stands in ${back}`
            : `${issueKey} was moved back to ${back}`;
        return { settled: 'executed', message, ...remarked(...rest.remarks, keptResolution(move, now)) };
      },
    };
  };
}

/** What somebody moved on has the resolution that they gave it. */
function keptResolution({ stood, back }: MoveBack, now: Standing): string | null {
  return now['status'] === back ? stayedSo(stood, now) : null;
}

async function wayBack(move: MoveBack, issue: JiraIssue): Promise<Effect | Settled> {
  const { jira, stood, back } = move;
  const { key } = issue;
  const ways = (await jira.getTransitions(key)).filter(({ toStatus }) => toStatus === back);
  const found = moveAlong(ways, {}, before(issue, stood));
  if ('problems' in found) {
    return noWayBack(issue, back, found.problems);
  }
  const { way, fields, values } = found;
  const hasRest = isGivenAway(stood, { ...stood.after, ...values });
  const followedBy = hasRest ? { followedBy: jira.requests.assign(key, formerAssignee(stood)) } : {};
  return {
    request: { ...jira.requests.transition(key, way.id, fields), ...followedBy },
    precheck: async () => null,
    send: async (signal, between) => {
      await jira.transition(key, way.id, fields, signal);
      const said = hasRest ? await giveRest(move, key, signal, between) : [];
      return { remoteId: null, ...remarked(...said, await resolutionAfter(move, key)) };
    },
  };
}

/** The second request after the first, unless a person saw to the assignee meanwhile. Answers what is to be said, as sentences. */
async function giveRest(
  move: MoveBack,
  key: string,
  signal: AbortSignal,
  between: Between,
): Promise<readonly (string | null)[]> {
  const { jira, stood } = move;
  await between.answered(MOVED);
  const { isToGiveBack, remarks } = await restOf(move, await jira.getIssue(key));
  if (!isToGiveBack) {
    return remarks;
  }
  await between.next();
  return [...remarks, await givenBack(() => jira.assign(key, formerAssignee(stood), signal))];
}

/** The second request alone. Where it is the rest of ours, what the vendor refuses is said: the move is taken back. */
function assignment(move: MoveBack, issueKey: string, rest: Rest, { parts }: Left): Effect {
  const { jira, stood } = move;
  const accountId = formerAssignee(stood);
  const isRest = parts.includes(MOVED);
  return {
    request: jira.requests.assign(issueKey, accountId),
    precheck: async () => null,
    send: async (signal) => {
      const assign = () => jira.assign(issueKey, accountId, signal);
      const kept = isRest ? await givenBack(assign) : await assign().then(() => null);
      return { remoteId: null, ...remarked(...rest.remarks, kept) };
    },
  };
}

function formerAssignee({ before: stood }: Stood): string | null {
  return textIn(stood, 'assignee');
}

/** As it was before the move, as far as the ledger knows; else as it is. */
function before(issue: JiraIssue, { before: stood }: Stood) {
  const now = standingIn(issue);
  return {
    resolution: textIn(stood, 'resolution'),
    assignee: textIn(stood, 'assignee') ?? now.assignee,
    priority: textIn(stood, 'priority') ?? now.priority,
  };
}

/** The workflow may have cleared it, and only that can be told by looking. The move is done, whatever the look says. */
async function resolutionAfter({ edits, stood }: MoveBack, key: string): Promise<string | null> {
  if (!('resolution' in stood.after)) {
    return null;
  }
  try {
    return stayedSo(stood, { resolution: await edits.readResolution(key) });
  } catch {
    return 'Whether its resolution went back with it could not be read: look at it';
  }
}

function noWayBack({ status }: JiraIssue, back: string, problems: readonly string[]): Settled {
  const message =
    problems.length === 0
      ? `no transition leads from ${status} back to ${back}`
      : `it cannot be moved from ${status} back to ${back}: the transition ${problems.join('; the transition ')}. Move it by hand`;
  return { settled: 'failed', message };
}
