/** What an approval card tells, in the domain's own terms; `approval-message.ts` makes Block Kit of it. */
import type { RiskGrade } from '../../domain/actions/row.js';
import type { DecisionChannel, SettledStatus } from '../../domain/approval.js';
import type { OnExpiry } from '../../domain/policy.js';

/** One card. Texts are as people and vendors wrote them: whoever shows them escapes them. */
export interface ApprovalCard {
  readonly approvalId: string;
  readonly hash: string;
  /** "Comment on PAY-142" */
  readonly what: string;
  /** The exact words that would be written; null where the action writes none. */
  readonly words: string | null;
  /** What the model proposed, where a person changed it; null where nobody did. */
  readonly proposed: string | null;
  /** "Status: In Progress → In Review"; null where nothing is changed or the old value is not known. */
  readonly change: string | null;
  /** "PAY-142 Checkout fails on Safari" */
  readonly title: string;
  /** "A comment by Vera Visitor" */
  readonly trigger: string;
  /** The model's summary and reasons. Its words: shown as such, and cut. */
  readonly why: readonly string[];
  /** "hidden characters in comment-20001: …", each on a line of its own; empty for none. */
  readonly flagged: readonly string[];
  readonly risk: RiskGrade;
  /** "customers read it": what makes it graver than its kind is; null where nothing does. */
  readonly raisedBy: string | null;
  readonly rule: string;
  /** Why a yes sends nothing (`whyNothingSent`); null where what is approved is sent. */
  readonly nothingSent: string | null;
  /** Who may decide; null: any operator. */
  readonly deciders: readonly CardPerson[] | null;
  /** Who may not, because they asked for it; not among `deciders` either. */
  readonly notBy: readonly CardPerson[];
  /** How many different people have to approve. */
  readonly needed: number;
  /** Names of those who approved so far. */
  readonly given: readonly string[];
  /** What changed since it was shown first, as a sentence; null for nothing. */
  readonly drift: string | null;
  /** All of what changed, old and new, where the sentence holds only the parts that differ; null where it holds everything. */
  readonly wholeDrift: string | null;
  /** What was asked and answered, each in a line or two. */
  readonly questions: readonly string[];
  /** ISO 8601 UTC; null where nobody put it off. */
  readonly snoozedUntil: string | null;
  /** ISO 8601 UTC. */
  readonly deadline: string;
  /** What happens then where nobody decided. */
  readonly onExpiry: OnExpiry;
  readonly cycleId: string;
  /** Where the cycle can be read; null where no address was configured. */
  readonly cycleUrl: string | null;
  readonly settled: SettledApproval | null;
  /** What became of the action; null while nothing has. */
  readonly effect: CardEffect | null;
}

export interface CardPerson {
  readonly name: string;
  /** Slack user id; null where pm-agent.yaml names none. */
  readonly slack: string | null;
}

export interface SettledApproval {
  readonly status: SettledStatus;
  /** Null: nobody; the clock, or the end of the cycle. */
  readonly by: { readonly name: string; readonly channel: DecisionChannel } | null;
  /** ISO 8601 UTC. */
  readonly at: string | null;
  readonly reason: string | null;
  readonly note: string | null;
}

export interface CardEffect {
  readonly status: string;
  readonly message: string;
}
