/**
 * After a restore: takes over what Temporal knows of cycles that ended since the backup. The relay waits for this before
 * it believes that a cycle which Temporal has closed never told how it ended.
 */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { undoHash } from '../../activities/undo-action.js';
import type { RefillMirror, UntoldTold } from '../../audit/refill.js';
import { createLoop, type Loop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Restore } from '../../domain/restore.js';
import type { UndoInput } from '../../domain/undo.js';
import type { Logger } from '../../log.js';
import { AGENT_CYCLE, UNDO_ACTION } from '../../workflows/messages.js';
import type { InboxReader } from '../inbox-reader.js';
import { cycleOfHistory, inputOf } from './cycle-of-history.js';

export interface RefillParts {
  readonly client: Client;
  readonly taskQueue: string;
  readonly mirror: RefillMirror;
  readonly inbox: Pick<InboxReader, 'knowsCycle'>;
  /** Null: there was none, and nothing is done. */
  readonly restored: Restore | null;
  /** Whom it is told, and how, that nobody knows of some effects whether they were done; as pm-agent.yaml is in force. */
  readonly told: (restored: Restore) => UntoldTold;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly clock: () => Date;
}

/** Clocks differ, and the copies are made one after the other. */
const OVERLAP_MS = 10 * 60_000;
/** Temporal's lists are a moment behind: what closed right before the crash may be listed later. */
const LISTED_AFTER_MS = 60_000;
const PAUSE_MS = 5_000;
const NOTHING_MORE_MS = 3_600_000;

const UNKNOWN_NOW =
  'lost with a restore from a backup: neither Temporal nor the inbox knows it any more; where its change is found again, another cycle answers it';

/** Goes on until what is listed a minute after the restore was taken over; a Temporal that is away is waited for. */
export function startRefill(parts: RefillParts): Pick<Loop, 'stop'> {
  const trouble = createTroubleLog(parts.log, 'what Temporal knows of cycles cannot be taken over');
  let isDone = parts.restored === null;

  async function work(): Promise<void> {
    if (!isDone) {
      await trouble.during(async () => {
        isDone = !(await parts.mirror.isDue()) || (await refillOnce(parts));
      });
    }
  }

  const loop = createLoop(work, {
    pauseMs: () => (isDone ? NOTHING_MORE_MS : PAUSE_MS),
    restMs: 0,
  });
  if (!isDone) {
    loop.kick();
  }
  return { stop: loop.stop };
}

/** One round; answers whether it was the last. */
export async function refillOnce(parts: RefillParts): Promise<boolean> {
  const { mirror, restored, log, clock } = parts;
  if (restored === null) {
    return true;
  }
  const beganAt = clock().getTime();
  const refilled = (await refillClosed(parts, restored)) + (await giveUpUnknown(parts, restored));
  await refillUndos(parts, restored);
  await mirror.supersedeLeftovers();
  const isLast = refilled === 0 && beganAt > Date.parse(restored.at) + LISTED_AFTER_MS;
  if (refilled > 0) {
    log.info({ cycles: refilled }, 'took over what Temporal knows of cycles that ended before the restore');
  }
  if (isLast) {
    await mirror.noteDone(parts.told(restored));
  }
  return isLast;
}

/** Answers how many the records did not know as ended. Rejects where one could not be taken over; the others were all the same. */
async function refillClosed(parts: RefillParts, restored: Restore): Promise<number> {
  const { client, taskQueue } = parts;
  const closed = client.workflow.list({ query: closedSince(AGENT_CYCLE, restored) });
  let refilled = 0;
  let failure: unknown = null;
  for await (const { workflowId, runId, taskQueue: queue } of closed) {
    try {
      refilled += queue === taskQueue && (await refillOne(parts, workflowId, runId)) ? 1 : 0;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) {
    throw failure;
  }
  return refilled;
}

function closedSince(type: string, restored: Restore): string {
  const since = new Date(Date.parse(restored.takenAt) - OVERLAP_MS).toISOString();
  return `WorkflowType = "${type}" AND ExecutionStatus != "Running" AND CloseTime >= "${since}"`;
}

/** Those that the backup never heard of. What was under way when it was made is begun again by the inbox's relay. */
async function refillUndos({ client, taskQueue, mirror }: RefillParts, restored: Restore): Promise<void> {
  const closed = client.workflow.list({ query: closedSince(UNDO_ACTION, restored) });
  for await (const { workflowId, runId, taskQueue: queue } of closed) {
    if (queue !== taskQueue) {
      continue;
    }
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const input = inputOf<UndoInput>(history.events ?? []);
    if (input !== null) {
      await mirror.putUndo({ ...input, hash: undoHash(input.actionId) });
    }
  }
}

/** Answers whether there was something to take over. */
async function refillOne({ client, mirror }: RefillParts, cycleId: string, runId: string): Promise<boolean> {
  if (await mirror.isEnded(cycleId)) {
    return false;
  }
  const history = await client.workflow.getHandle(cycleId, runId).fetchHistory();
  const cycle = cycleOfHistory(history.events ?? [], runId);
  if (cycle !== null) {
    await mirror.put(cycle);
  }
  return cycle !== null;
}

/** What the inbox knows is driven again by its relay. Answers how many nobody will end. */
async function giveUpUnknown({ client, mirror, inbox }: RefillParts, restored: Restore): Promise<number> {
  let given = 0;
  for (const cycleId of await mirror.openSince(restored.at)) {
    if (!inbox.knowsCycle(cycleId) && (await isMissing(client, cycleId))) {
      await mirror.giveUp(cycleId, UNKNOWN_NOW);
      given += 1;
    }
  }
  return given;
}

async function isMissing(client: Client, cycleId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(cycleId).describe();
    return false;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return true;
    }
    throw error;
  }
}
