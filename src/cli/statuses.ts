/** What listings can be narrowed to, as the API names it; a test holds them against it. */
import type { ApprovalStatus } from '../domain/approval.js';
import type { CycleStatus } from '../domain/cycle.js';

export const CYCLE_STATUSES = [
  'queued',
  'running',
  'awaiting_approval',
  'completed',
  'coalesced',
  'failed',
  'cancelled',
] as const satisfies readonly CycleStatus[];

export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'superseded',
  'reopened',
] as const satisfies readonly ApprovalStatus[];

export const EVENT_STATUSES = [
  'received',
  'started',
  'processed',
  'ignored',
  'quarantined',
  'dead_letter',
] as const;

export const EVENT_ORIGINS = ['webhook', 'reconcile'] as const;
