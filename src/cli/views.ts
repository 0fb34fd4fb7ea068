/** What the commands read of the API's answers (its OpenAPI document is at /openapi.json). The rest is ignored. */
import type { Drift } from '../domain/actions/standing.js';
import type { ApprovalStatus } from '../domain/approval.js';
import type { JudgedEdit, OnExpiry } from '../domain/policy.js';

export interface CycleSummaryView {
  readonly id: string;
  readonly eventId: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly subject: string;
  readonly source: string;
  readonly eventType: string;
  readonly title: string | null;
  readonly summary: string;
  readonly coalescedInto: string | null;
  /** USD. */
  readonly cost: number;
  readonly temporalUrl: string | null;
  readonly receivedAt: string;
  readonly endedAt: string | null;
  readonly error: string | null;
}

export interface EventView {
  readonly id: string;
  readonly source: string;
  readonly eventType: string;
  readonly subject: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly cycleId: string | null;
  readonly receivedAt: string;
}

export interface CycleView extends CycleSummaryView {
  readonly steps: readonly StepView[];
  readonly context: ContextView | null;
  readonly decision: DecisionView | null;
  readonly actions: readonly ActionView[];
  readonly approvals: readonly ApprovalView[];
  readonly modelCalls: readonly ModelCallView[];
  /** Left out by older servers. */
  readonly toolUses?: readonly ToolUseView[];
}

export interface StepView {
  readonly name: string;
  readonly status: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly detail: unknown;
}

export interface ContextView {
  readonly items?: readonly ContextItemView[];
  readonly omitted?: readonly string[];
  readonly flags?: readonly { readonly rule: string; readonly where: string; readonly what: string }[];
  readonly reads?: readonly ContextReadView[];
}

export interface ContextItemView {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  /** Who gave the members of it that `source` did not. */
  readonly filled?: { readonly source: string };
  readonly fetchedAt: string;
  readonly hash: string;
  readonly data?: unknown;
}

export interface ContextReadView {
  readonly what: string;
  readonly tool: string | null;
  readonly reused: readonly string[];
  readonly why: string | null;
}

export interface DecisionView {
  readonly summary?: string;
  readonly reasons?: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  readonly voidReasons?: number;
  readonly uncertainty?: string | null;
  readonly wouldChange?: string | null;
}

export interface ActionView {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  /** By which pause it is held back. Left out by older servers. */
  readonly held?: string | null;
  readonly target: string;
  /** Left out by older servers. */
  readonly what?: string;
  readonly payload: unknown;
  /** Left out by an API from before there was such a thing. */
  readonly takenOut?: readonly string[];
  readonly hash: string;
  readonly verdict: string;
  readonly rule: string;
  readonly policyVersion: string;
  readonly risk: string;
  /** By what it was judged, as far as it is told here; null, or left out by older servers: not known. */
  readonly judged?: { readonly edited?: JudgedEdit } | null;
  readonly request: unknown;
  readonly result: unknown;
  readonly remoteId: string | null;
}

export interface ApprovalView {
  /** Once it is settled and was a drill: what was wrong with it. */
  readonly drill?: string | null;
  readonly id: string;
  readonly cycleId: string;
  readonly actionId: string;
  readonly kind: string;
  readonly target: string;
  readonly payload: unknown;
  readonly hash: string;
  readonly risk: string;
  readonly rule: string;
  readonly status: ApprovalStatus;
  readonly deadline: string;
  readonly decidedBy: string | null;
  readonly decidedByName: string | null;
  readonly channel: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  /** These are left out by older servers. */
  readonly needed?: number;
  readonly given?: readonly { readonly name: string; readonly at: string }[];
  readonly questions?: readonly {
    readonly question: string;
    readonly by: string;
    readonly name?: string;
    readonly answer: string | null;
  }[];
  readonly snoozedUntil?: string | null;
  readonly drift?: readonly Drift[];
  /** `drift` as a sentence, with the names of people. */
  readonly changed?: string | null;
  readonly what?: string;
  /** Why an approval of it sends nothing. */
  readonly nothingSent?: string | null;
  /** A decision that waits for a worker. */
  readonly recorded?: {
    readonly decision: string;
    readonly name?: string;
    readonly by: string;
    readonly at: string;
  } | null;
  readonly onExpiry?: OnExpiry;
  readonly mayDecide?: readonly NamedView[] | null;
  readonly notBy?: readonly NamedView[];
  readonly remindAfterMs?: number | null;
  readonly further?: readonly { readonly afterMs: number; readonly people: readonly NamedView[] }[];
}

export interface NamedView {
  readonly id: string;
  readonly name: string;
}

export interface ModelCallView {
  /** These four are left out by older servers. */
  readonly stage?: string;
  readonly turn?: number | null;
  readonly round?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly purpose: string;
  readonly model: string;
  readonly promptId: string;
  readonly promptVersion: string;
  readonly promptHash: string;
  readonly replyHash: string | null;
  readonly stopReason: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
  /** Left out by older servers. */
  readonly costIsEstimate?: boolean;
  /** Left out by older servers. */
  readonly outcome?: string;
  readonly error: string | null;
}

export interface ToolUseView {
  readonly place: string;
  readonly tool: string;
  readonly input: unknown;
  readonly answerHash: string;
  readonly refused: string | null;
  readonly items: readonly { readonly id: string }[];
}
