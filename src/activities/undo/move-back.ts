/** A move that is taken back in two requests: what of it is done, and what is left to do, as the issue stands now. */
import type { Stood } from '../../domain/actions/row.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Left } from '../actions/executor.js';
import { byWhom, lastChangeOf } from '../actions/issue-conflict.js';
import { assigneeOf } from '../assignee.js';
import type { Authorship } from '../authorship.js';
import { textIn } from './issue-state.js';
import { isGivenAway } from './moved-fields.js';

export interface MoveBack {
  readonly jira: Jira;
  readonly edits: JiraEdits;
  readonly authorship: Authorship;
  readonly stood: Stood;
  /** The status that it came from. */
  readonly back: string;
}

/** The first request's part, in words for a person and in the ledger. */
export const MOVED = 'the move to its former status';

/**
 * Was it moved back by us, wherever it stands now? The ledger knows where the answer came; where that was lost, Jira tells
 * what the agent's last move of it was: the one that is taken back led elsewhere.
 */
export async function wasMovedBack(
  { authorship, stood, back }: MoveBack,
  issue: JiraIssue,
  { parts, mayBeDone }: Left,
): Promise<boolean> {
  if (parts.includes(MOVED) || !mayBeDone) {
    return parts.includes(MOVED);
  }
  const latest = await authorship.latestOwn(issue.changes.filter(({ field }) => field === 'status'));
  return latest !== null && latest.from === textIn(stood.after, 'status') && latest.to === back;
}

/** What is left to do once it was moved back. */
export interface Rest {
  /** It still belongs to whom the move gave it, and nobody else gave it to them. */
  readonly isToGiveBack: boolean;
  /** What somebody did meanwhile, and is left, as sentences. */
  readonly remarks: readonly string[];
}

export async function restOf(move: MoveBack, issue: JiraIssue): Promise<Rest> {
  const { stood, authorship } = move;
  const assignee = assigneeOf(issue);
  const given = await authorship.ofAnother(lastChangeOf(issue, ['assignee']));
  const isToGiveBack = isGivenAway(stood, { assignee }) && given === null;
  const remarks = [movedOn(move, issue), isToGiveBack ? null : keptAssignee(move, issue)];
  return { isToGiveBack, remarks: remarks.filter((remark) => remark !== null) };
}

/** Null where it stands where it came from. */
function movedOn({ back }: MoveBack, issue: JiraIssue): string | null {
  const { status } = issue;
  return status === back
    ? null
    : `It was moved back to ${back}, and stands in ${status} now${byWhom(issue, [{ member: 'status' }])}: that is left as it is`;
}

/** Null where the move gave it to nobody else, or where it belongs to whom it belonged. */
function keptAssignee({ stood }: MoveBack, issue: JiraIssue): string | null {
  const assignee = assigneeOf(issue);
  const { before, after } = stood;
  const wasGiven = 'assignee' in after && (before['assignee'] ?? null) !== (after['assignee'] ?? null);
  const isAnothers = wasGiven && assignee !== (before['assignee'] ?? null);
  return isAnothers
    ? `Its assignee is ${assignee ?? 'nobody'}${byWhom(issue, [{ member: 'assignee' }])}: that is left as it is`
    : null;
}
