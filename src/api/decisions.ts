/** A person's decision on one approval: checked against the mirror, saved, and only then carried to the workflow. */
import { randomUUID } from 'node:crypto';
import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import {
  type ApprovalState,
  type AskedQuestion,
  type Decider,
  type DecisionKind,
  endsRequest,
  type GivenApproval,
  isOpen,
  type Person,
} from '../domain/approval.js';
import { refusalOfMoreQuestions, refusalOfNobodyKnown, refusalOfWords } from '../domain/approval-rules.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import { excludedFrom, storedDeciders, whyTooLate } from '../domain/stored-request.js';
import type { Inbox } from '../inbox/inbox.js';
import type { ApplyDecision } from '../inbox/people/decision-outbox.js';
import type { DecideInput } from '../workflows/messages.js';
import type { DeliveredDecision, RefusedByWorkflow } from './decision-delivery.js';
import { HttpError, notFound } from './http-error.js';
import { patientDelivery } from './patient-delivery.js';
import { personName } from './person-name.js';
import { createRefusedDecisions, type Refusal } from './refused-decisions.js';
import { alreadyMade, madeFor, OUTBOX_WINDOW, recordedFor } from './waiting-decisions.js';

export interface DecisionRequest {
  readonly approvalId: string;
  readonly decision: DecisionKind;
  readonly hash: string;
  readonly by: Decider;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
  /** With `approve`: what should be done instead. */
  readonly payload?: unknown;
  /** With `snooze`. */
  readonly until?: string | undefined;
  /** ISO 8601 UTC: when it was made, where it was kept before it came here; left out: now. */
  readonly madeAt?: string | undefined;
  /** Where the same request may come again: its refusal is recorded once. */
  readonly requestId?: string | undefined;
}

/** It waits for a worker. */
export interface RecordedDecision {
  readonly status: 'recorded';
  /** ISO 8601 UTC: when it was made, and counts from. */
  readonly madeAt: string;
}

export interface DecisionDeps {
  readonly inbox: Pick<
    Inbox,
    'saveDecision' | 'pendingDecisions' | 'settleDecision' | 'saveNote' | 'saveRefusal'
  >;
  readonly mirror: Pick<MirrorReader, 'getApproval'>;
  /** As they are now. */
  readonly people: () => readonly Person[];
  readonly deliver: (decision: OutboxDecision) => Promise<DeliveredDecision>;
  readonly clock: () => Date;
  /** Told of each that did not count. */
  readonly refused?: (recorded: 'listed' | 'counted') => void;
}

export interface Decisions {
  /**
   * The new state, or that it is recorded and waits for a worker. Throws `HttpError` 403, 404 or 409, and what was
   * refused is on its way into the audit log then.
   */
  decide(request: DecisionRequest): Promise<ApprovalState | RecordedDecision>;
  /** The recorded decision that will settle this request as soon as it is brought to its workflow; null for none. */
  settledBy(approval: ApprovalsTable): OutboxDecision | null;
  /** The recorded decisions that wait for a worker, by approval. */
  waiting(): ReadonlyMap<string, OutboxDecision>;
  /** For what is refused before it is a decision: by its scope, or because nobody knows the person. */
  noteRefusal(refusal: Refusal): Promise<void>;
  /** For the outbox: offers one recorded decision to its workflow once more. The outbox settles it. */
  readonly apply: ApplyDecision;
}

export function createDecisions(deps: DecisionDeps): Decisions {
  const refused = createRefusedDecisions(deps);
  const deliver = patientDelivery(deps);
  const waiting = () =>
    new Map(deps.inbox.pendingDecisions(OUTBOX_WINDOW).map((decision) => [decision.approvalId, decision]));

  /** What the workflow refuses is noted before the decision leaves the outbox: a crash in between repeats, and loses nothing. */
  async function offer(decision: OutboxDecision, wasRecorded: boolean): Promise<DeliveredDecision> {
    const delivered = await deliver(decision);
    if (delivered.kind === 'refused') {
      await refused.noteByWorkflow(decision, delivered, wasRecorded);
    }
    return delivered;
  }

  async function carry(decision: OutboxDecision): Promise<DeliveredDecision> {
    const delivered = await offer(decision, false);
    if (delivered.kind !== 'unreachable') {
      const applied = delivered.kind === 'applied';
      const detail = applied ? delivered.state.status : delivered.message;
      await deps.inbox.settleDecision(decision.id, applied ? 'applied' : 'refused', detail);
    }
    return delivered;
  }

  /** The decision to carry: a new one, or the same one that waits already. Throws where the mirror knows better. */
  function admit(request: DecisionRequest, approval: ApprovalsTable | null): OutboxDecision {
    if (approval === null) {
      throw notFound(`approval ${request.approvalId}`);
    }
    assertOpen(approval, request, deps.people());
    assertSaid(approval, request, deps.clock());
    const made = madeFor(deps.inbox, request.approvalId);
    return alreadyMade(made, request, approval) ?? newDecision(approval, request, made, deps.clock());
  }

  return {
    waiting,
    noteRefusal: (refusal) => refused.note(refusal),
    async apply(decision) {
      const { kind } = await offer(decision, true);
      return kind === 'unreachable' ? 'later' : kind;
    },
    async decide(request) {
      const approval = deps.mirror.getApproval(request.approvalId);
      let decision: OutboxDecision;
      try {
        decision = admit(request, approval);
      } catch (error) {
        if (error instanceof HttpError) {
          const { code, message: why } = error;
          await refused.note({ ...request, what: request.decision, code, why });
        }
        throw error;
      }
      await deps.inbox.saveDecision(decision);
      return answerOf(await carry(decision), decision, approval?.hash ?? request.hash);
    },
    settledBy: (approval) => recordedFor(deps.inbox, approval),
  };
}

/** @throws HttpError for what the workflow refused */
function answerOf(
  delivered: DeliveredDecision,
  { createdAt: madeAt }: OutboxDecision,
  knownHash: string,
): ApprovalState | RecordedDecision {
  if (delivered.kind === 'refused') {
    throw toHttpError(delivered, knownHash);
  }
  return delivered.kind === 'applied' ? delivered.state : { status: 'recorded', madeAt };
}

/** What the mirror already knows; the workflow's own validator has the last word. */
function assertOpen(approval: ApprovalsTable, request: DecisionRequest, people: readonly Person[]): void {
  if (!isOpen(approval.status)) {
    throw new HttpError(409, 'already_decided', alreadyOver(approval), {
      details: {
        status: approval.status,
        decidedBy: approval.decided_by,
        decidedAt: approval.decided_at,
      },
    });
  }
  if (approval.hash !== request.hash) {
    throw mismatch(approval.hash);
  }
  if (excludedFrom(approval).includes(request.by.id)) {
    throw new HttpError(
      403,
      'not_allowed',
      `${request.by.name} asked for it, so rule "${approval.rule}" wants somebody else to decide`,
    );
  }
  const isPerson = people.some(({ id }) => id === request.by.id);
  const nobodyKnown = isPerson ? null : refusalOfNobodyKnown(approval, request);
  if (nobodyKnown !== null) {
    throw new HttpError(403, 'not_allowed', nobodyKnown.message);
  }
  const deciders = storedDeciders(approval, people);
  if (deciders !== null && !deciders.includes(request.by.id)) {
    const names = deciders.map((id) => personName(id, people)).join(', ');
    throw new HttpError(
      403,
      'not_allowed',
      `rule "${approval.rule}" lets only ${names || 'people that pm-agent.yaml does not name'} decide this`,
    );
  }
}

/** The clock and the end of a cycle decide nothing: nobody did. */
export function alreadyOver({ status, decided_by_name, decided_at, deadline }: ApprovalsTable): string {
  const at = decided_at ?? deadline;
  if (decided_by_name !== null) {
    return `already ${status} by ${decided_by_name} at ${at}`;
  }
  return status === 'expired'
    ? `it expired at ${at}: nobody decided in time, and nothing was sent`
    : `it is not asked any more since ${at} (${status}), and nothing was sent`;
}

/** What the request says has to make sense; until when it may be put off, the workflow knows. */
function assertSaid(approval: ApprovalsTable, request: DecisionRequest, now: Date): void {
  const given = JSON.parse(approval.given) as readonly GivenApproval[];
  const waits = { state: { given }, deadline: Number.POSITIVE_INFINITY };
  const refusal = refusalOfWords(waits, toInput(approval, request), now.getTime());
  if (refusal !== null) {
    throw refusal.kind === 'settled'
      ? new HttpError(409, 'already_decided', refusal.message, { details: { status: approval.status } })
      : new HttpError(400, 'bad_request', refusal.message);
  }
}

/** What comes after the deadline is not taken, whoever runs: its maker would hear 202 of what can never be applied. */
function assertInTime(approval: ApprovalsTable, madeAt: string): void {
  const why = whyTooLate(approval, madeAt);
  if (why !== null) {
    throw new HttpError(409, 'already_decided', why, {
      details: { status: approval.status, decidedBy: null, decidedAt: null },
    });
  }
}

/** Throws where it comes too late, or is one question too many: those that wait for a worker count, too. */
function newDecision(
  approval: ApprovalsTable,
  request: DecisionRequest,
  made: readonly OutboxDecision[],
  now: Date,
): OutboxDecision {
  const madeAt = request.madeAt ?? now.toISOString();
  assertInTime(approval, endsRequest(request.decision) ? madeAt : now.toISOString());
  const asked = JSON.parse(approval.questions) as readonly AskedQuestion[];
  const queued = made.filter(({ input }) => (JSON.parse(input) as DecideInput).decision === 'ask');
  const refusal = refusalOfMoreQuestions(request, asked.length + queued.length);
  if (refusal !== null) {
    throw new HttpError(400, 'bad_request', refusal.message);
  }
  return toDecision(approval, request, madeAt);
}

function toInput(approval: ApprovalsTable, request: DecisionRequest): DecideInput {
  const { decision, hash, by, reason, note, payload, until } = request;
  return {
    approvalId: approval.id,
    decision,
    hash,
    by,
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { note }),
    ...(payload === undefined ? {} : { payload }),
    ...(until === undefined ? {} : { until }),
  };
}

function toDecision(approval: ApprovalsTable, request: DecisionRequest, createdAt: string): OutboxDecision {
  return {
    id: randomUUID(),
    cycleId: approval.cycle_id,
    approvalId: approval.id,
    input: JSON.stringify(toInput(approval, request)),
    createdAt,
  };
}

function toHttpError(refusal: RefusedByWorkflow, knownHash: string): HttpError {
  if (refusal.code === 'hash_mismatch') {
    return mismatch(refusal.state?.hash ?? knownHash);
  }
  const { state } = refusal;
  const details =
    state === null
      ? {}
      : { status: state.status, decidedBy: state.decidedBy?.id ?? null, decidedAt: state.decidedAt };
  return new HttpError(refusal.status, refusal.code, refusal.message, { details });
}

function mismatch(hash: string): HttpError {
  return new HttpError(409, 'hash_mismatch', 'the hash is not that of what waits now; read it again', {
    details: { hash },
  });
}
