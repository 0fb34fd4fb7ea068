/** The mirror's tables as kysely sees them. The SQL is in `migrations.ts`. JSON columns hold canonical JSON text. Times are ISO 8601 UTC. */
import type { Generated } from 'kysely';
import type { ActionStatus } from '../domain/action.js';
import type { RiskGrade } from '../domain/actions/row.js';
import type { AutonomyLevel } from '../domain/autonomy.js';
import type { CycleOutcome, CycleStatus, StepName } from '../domain/cycle.js';
import type { Verdict } from '../domain/policy.js';
import type { ApprovalCardsTable, ApprovalsTable } from './approval-tables.js';
import type { AutonomyLevelsTable } from './autonomy-table.js';
import type { CallsUnderWayTable } from './calls-under-way-table.js';
import type { DeclinedTable } from './declined-table.js';
import type { DrillsTable } from './drill-table.js';
import type { LlmCallsTable } from './model-call-table.js';
import type {
  BreakersTable,
  CountedEffectsTable,
  MuteCommandsTable,
  UnanalysedTable,
} from './noise-tables.js';
import type { AlertsTable, CircuitsTable, VendorPausesTable, VendorWaitsTable } from './outage-tables.js';
import type { TrialCallsTable, TrialResultsTable, TrialsTable } from './trial-tables.js';

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
  /** JSON list: what of it was answered, where it takes several requests; null for all others. */
  parts: string | null;
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
  declined: DeclinedTable;
  drills: DrillsTable;
  trials: TrialsTable;
  trial_results: TrialResultsTable;
  trial_calls: TrialCallsTable;
  calls_under_way: CallsUnderWayTable;
}
