/** The mirror's tables as kysely sees them. The SQL is in `migrations.ts`. JSON columns hold canonical JSON text. Times are ISO 8601 UTC. */
import type { Generated } from 'kysely';
import type { ActionStatus } from '../domain/action.js';
import type { RiskGrade } from '../domain/actions/row.js';
import type { ApprovalStatus } from '../domain/approval.js';
import type { AutonomyLevel } from '../domain/autonomy.js';
import type { CycleOutcome, CycleStatus, StepName } from '../domain/cycle.js';
import type { MuteOutcome } from '../domain/mute.js';
import type { MuteCommand } from '../domain/mute-command.js';
import type { Verdict } from '../domain/policy.js';
import type { TrialKind, TrialStatus } from '../domain/trial.js';
import type { AutonomyLevelsTable } from './autonomy-table.js';
import type { DrillsTable } from './drill-table.js';
import type { AlertsTable, CircuitsTable, VendorPausesTable, VendorWaitsTable } from './outage-tables.js';

/** Who has the subject's lane: read by the relay, which owns the lanes themselves (inbox.db). */
export type LaneWish = 'held' | 'parked' | 'requested' | 'released';

export interface CyclesTable {
  id: string;
  event_id: string;
  source: string;
  event_type: string;
  subject: string;
  project: string | null;
  status: CycleStatus;
  outcome: CycleOutcome | null;
  summary: string;
  title: string | null;
  context_hash: string | null;
  lane: LaneWish;
  fence: number;
  coalesced_into: string | null;
  cost_usd: number;
  received_at: string;
  started_at: string;
  ended_at: string | null;
  run_id: string;
  error: string | null;
  /** Id of the team in pm-agent.yaml that it belongs to; null where it belongs to none, or has no plan yet. */
  team: string | null;
}

export interface StepsTable {
  /** `<cycle id>/<name>` or `<cycle id>/<name>/<action id>`. */
  id: string;
  cycle_id: string;
  name: StepName;
  status: 'running' | 'done' | 'failed' | 'waiting';
  attempt: number;
  started_at: string;
  ended_at: string | null;
  /** JSON: what a person wants to know of the step (counts, sources, model, failure). */
  detail: string;
}

export interface ActionsTable {
  id: string;
  cycle_id: string;
  seq: number;
  kind: string;
  target: string;
  payload: string;
  hash: string;
  verdict: Verdict;
  rule: string;
  policy_version: string;
  risk: RiskGrade;
  status: ActionStatus;
  /** JSON `OutgoingRequest`: written before the request leaves. */
  request: string | null;
  /** JSON list: what was taken out of the texts before they were shown and hashed, each in a few words. */
  taken_out: string;
  /** JSON: the vendor's answer, or why not. */
  result: string | null;
  remote_id: string | null;
  proposed_at: string;
  /** When the first attempt recorded what it would send. */
  intent_at: string | null;
  /** When the latest request was about to leave; null where none left, or the vendor provably did not take it. */
  last_intent_at: string | null;
  ended_at: string | null;
  /** JSON `Stood`: what undoing it compares with; null where it only adds words, and where nothing was sent. */
  stood: string | null;
  /** The action that this one takes back; null for all others. */
  undoes: string | null;
  /** JSON `Judgement`; null for what code decided on, and for plans from before it was kept. */
  judged: string | null;
  /** What its level of autonomy was judged for: `AutonomyKey`'s project. Null, as the next two, where none was. */
  project: string | null;
  level: AutonomyLevel | null;
  /** What the policy alone said. */
  policy_verdict: Verdict | null;
}

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
}

export interface LlmCallsTable {
  id: string;
  cycle_id: string;
  purpose: string;
  model: string;
  prompt_id: string;
  prompt_version: string;
  prompt_hash: string;
  reply_hash: string | null;
  stop_reason: string | null;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number;
  price_date: string | null;
  request_id: string | null;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}

export interface ReportsTable {
  id: string;
  kind: string;
  team: string;
  for_date: string;
  status: string;
  body: string;
  created_at: string;
}

export interface BlobsTable {
  /** sha256 (hex) of `data`. */
  hash: string;
  kind: string;
  size: number;
  data: Buffer;
  created_at: string;
}

export interface AuditLogTable {
  seq: number;
  at: string;
  cycle_id: string | null;
  kind: string;
  actor: string;
  /** Canonical JSON; null once erased. */
  data: string | null;
  /** Random, so that erased data cannot be guessed from `data_hash`. Erased with `data`. */
  salt: string | null;
  /** sha256(salt + data). */
  data_hash: string;
  prev_hash: string;
  /** sha256 over seq, at, cycle_id, kind, actor, data_hash, prev_hash. */
  hash: string;
  /** Makes an append idempotent. */
  entry_key: string;
}

/** The agent's own accounts, as the vendors name them: how its own events are recognised. */
export interface AgentAccountsTable {
  vendor: string;
  account_id: string;
  name: string;
  seen_at: string;
}

export interface SweepFindsTable {
  seq: number;
  found_at: string;
  source: string;
  tenant: string;
  change_key: string;
  /** JSON `PmEvent`. */
  event: string;
  /** JSON list of texts. */
  actor_ids: string;
}

export interface SweepMarksTable {
  scope: string;
  watermark: string;
  reached_back_to: string;
}

/** What an effect counts against, and when it left. Gone again where the vendor provably did not take it. */
export interface CountedEffectsTable {
  /** `LimitScope.key` */
  scope: string;
  at: string;
  action_id: string;
}

/** Each time the agent stopped by itself, and the escalation that told so. */
export interface BreakersTable {
  id: string;
  scope: string;
  opened_at: string;
  cycle_id: string;
  /** JSON `PlannedAction`, as it was first recorded. */
  escalation: string;
}

/** A critical event that the model gave no decision on, and what told people. */
export interface UnanalysedTable {
  cycle_id: string;
  subject: string;
  told_at: string;
  /** JSON `PlannedAction`, as it was first recorded. */
  escalation: string;
}

/** Every `mute` and `unmute` that was said; of a subject's, the one said last holds. */
export interface MuteCommandsTable {
  seq: Generated<number>;
  subject: string;
  command: MuteCommand;
  /** Id of the comment or message. */
  said_in: string;
  /** By the vendor's clock. */
  said_at: string;
  by_id: string;
  by_name: string;
  outcome: Exclude<MuteOutcome, 'repeated'>;
  event_id: string;
  cycle_id: string;
  recorded_at: string;
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
}

export interface TakenOverTable {
  source: string;
  seq: number;
}

export interface RestoresTable {
  id: Generated<number>;
  restored_at: string;
  taken_at: string;
  fence_floor: number;
  /** When the first sweep after it was planned. */
  swept_at: string | null;
  /** When what Temporal still knows of cycles that ended meanwhile was taken over. */
  refilled_at: string | null;
}

export interface TrialsTable {
  id: string;
  kind: TrialKind;
  status: TrialStatus;
  asked_by: string;
  model: string;
  prompt_name: string | null;
  prompt_hash: string | null;
  /** 1: the sandbox's stand-in answered. */
  stand_in: number;
  size: number;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}

export interface TrialResultsTable {
  trial_id: string;
  case_id: string;
  seq: number;
  /** JSON `TrialResult`; null until there is one. */
  result: string | null;
}

export type TrialCallsTable = Omit<LlmCallsTable, 'cycle_id'> & { trial_id: string; case_id: string };

export interface MirrorTables {
  cycles: CyclesTable;
  steps: StepsTable;
  actions: ActionsTable;
  approvals: ApprovalsTable;
  llm_calls: LlmCallsTable;
  reports: ReportsTable;
  blobs: BlobsTable;
  audit_log: AuditLogTable;
  agent_accounts: AgentAccountsTable;
  sweep_finds: SweepFindsTable;
  sweep_marks: SweepMarksTable;
  counted_effects: CountedEffectsTable;
  breakers: BreakersTable;
  unanalysed: UnanalysedTable;
  mute_commands: MuteCommandsTable;
  approval_cards: ApprovalCardsTable;
  taken_over: TakenOverTable;
  restores: RestoresTable;
  vendor_waits: VendorWaitsTable;
  vendor_pauses: VendorPausesTable;
  circuits: CircuitsTable;
  alerts: AlertsTable;
  autonomy_levels: AutonomyLevelsTable;
  drills: DrillsTable;
  trials: TrialsTable;
  trial_results: TrialResultsTable;
  trial_calls: TrialCallsTable;
}
