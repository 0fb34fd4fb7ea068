/** Requests for approval, and what shows them in Slack. JSON columns hold canonical JSON text. Times are ISO 8601 UTC. */
import type { RiskGrade } from '../domain/actions/row.js';
import type { ApprovalStatus } from '../domain/approval.js';

export interface ApprovalsTable {
  id: string;
  cycle_id: string;
  action_id: string;
  kind: string;
  target: string;
  payload: string;
  hash: string;
  risk: RiskGrade;
  rule: string;
  approvers: string;
  status: ApprovalStatus;
  deadline: string;
  asked_at: string;
  decided_by: string | null;
  decided_by_name: string | null;
  channel: string | null;
  decided_at: string | null;
  reason: string | null;
  note: string | null;
  /** JSON list of person ids, or `null` for any operator; SQL NULL in rows from before it was kept. */
  deciders: string | null;
  /** JSON list: people who may not decide, because they asked for it. */
  not_by: string;
  /** How many different people have to approve. */
  needed: number;
  /** JSON list of `GivenApproval`. */
  given: string;
  /** JSON list of `AskedQuestion`. */
  questions: string;
  snoozed_until: string | null;
  /** JSON list of `Drift`: what changed since it was shown first. */
  drift: string;
  /** The payload as it was proposed, where a person changed it; else null, also in rows from before it was kept. */
  proposed: string | null;
  /** What was wrong with it, once it is over and was a drill; else null. */
  drill: string | null;
  /** JSON `RequestCourse`; `{}` in rows from before it was kept. */
  course: string;
  /** 1 once nobody decided until its first deadline and it was asked once more; else 0. */
  asked_again: number;
  /** When what waits was last shown anew; null: when it was asked. */
  shown_at: string | null;
  /** JSON `WorkCalendar` of its team; null: it has none, or the row is from before it was kept. */
  calendar: string | null;
}

/** What an approval shows in Slack: a card, or a reply in a card's thread. */
export interface ApprovalCardsTable {
  /** Also the marker in the message's metadata. */
  id: string;
  approval_id: string;
  kind: 'card' | 'words' | 'decided' | 'effect' | 'reminder' | 'changed';
  /** Of a reply: the card in whose thread it belongs. */
  card_id: string | null;
  /** A channel, or a user who gets a direct message. */
  place: string;
  channel: string | null;
  ts: string | null;
  wanted: number;
  shown: number;
  /** When the first post was about to leave; null where none can still be in work. */
  sent_at: string | null;
  attempts: number;
  next_at: string;
  error: string | null;
  ended: string | null;
  created_at: string;
  /** 1: it is first told when its request's team works; else 0. What stands there already is rewritten at any time. */
  in_hours: number;
  /** When it was first told; null also in rows from before it was kept. */
  told_at: string | null;
}
