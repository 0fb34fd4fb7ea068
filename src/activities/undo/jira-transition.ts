import type { Stood } from '../../domain/actions/row.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Effect, Settled } from '../actions/executor.js';
import { fieldValues, standingIn } from '../actions/jira-transition.js';
import { moveAlong } from '../actions/move-fields.js';
import { settledState, textIn } from './issue-state.js';
import { assignmentOf, givenBack, isGivenAway, remarked, stayedSo } from './moved-fields.js';
import { nothingKnown, type Undoing } from './undoing.js';

/**
 * Back to the status that it came from, by whichever transition leads there now; what that one demands as it was before.
 * Whom the move gave it to goes back with it: in a request of its own, where the way back does not ask for somebody.
 */
export function undoJiraTransition(jira: Jira, edits: JiraEdits): Undoing<'jira.transition'> {
  return ({ issueKey }, { stood }) => {
    const back = stood === null ? null : textIn(stood.before, 'status');
    if (stood === null || back === null) {
      return nothingKnown('the move');
    }
    const read = async () => {
      const issue = await jira.getIssue(issueKey);
      const now = { status: issue.status, ...(await fieldValues(edits, issue, Object.keys(stood.after))) };
      return { issue, now };
    };
    return {
      find: async () => {
        const { now } = await read();
        const isBack = now.status === back && !isGivenAway(stood, now);
        return isBack ? { remoteId: null, ...remarked(stayedSo(stood, now)) } : null;
      },
      prepare: async () => {
        const { issue, now } = await read();
        if (now.status !== back) {
          return settledState(issue, now, stood) ?? (await wayBack(jira, edits, issue, { stood, back }));
        }
        if (isGivenAway(stood, now)) {
          return assignmentOf(jira, issueKey, stood);
        }
        const message = `${issueKey} already stands in ${back}`;
        return { settled: 'executed', message, ...remarked(stayedSo(stood, now)) };
      },
    };
  };
}

async function wayBack(
  jira: Jira,
  edits: JiraEdits,
  issue: JiraIssue,
  { stood, back }: { readonly stood: Stood; readonly back: string },
): Promise<Effect | Settled> {
  const { key } = issue;
  const ways = (await jira.getTransitions(key)).filter(({ toStatus }) => toStatus === back);
  const move = moveAlong(ways, {}, before(issue, stood));
  if ('problems' in move) {
    return noWayBack(issue, back, move.problems);
  }
  const { way, fields, values } = move;
  const assignment = isGivenAway(stood, { ...stood.after, ...values })
    ? assignmentOf(jira, key, stood)
    : null;
  return {
    request: {
      ...jira.requests.transition(key, way.id, fields),
      ...(assignment === null ? {} : { followedBy: assignment.request }),
    },
    precheck: async () => null,
    send: async (signal) => {
      await jira.transition(key, way.id, fields, signal);
      const kept = assignment === null ? null : await givenBack(() => assignment.send(signal));
      return { remoteId: null, ...remarked(kept, await resolutionAfter(edits, key, stood)) };
    },
  };
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
async function resolutionAfter(edits: JiraEdits, key: string, stood: Stood): Promise<string | null> {
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
