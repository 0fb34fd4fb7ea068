/** Lets drills follow requests for approval, as often as pm-agent.yaml says. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { DrillMirror } from '../audit/drills.js';
import { createLoop, type Loop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import type { DrillInput } from '../domain/drill.js';
import { cycleIdFor } from '../domain/event.js';
import type { Logger } from '../log.js';
import { APPROVAL_DRILL } from '../workflows/messages.js';

const EVERY_MS = 60_000;
/** A request that was asked earlier draws nothing any more. */
const LOOK_BACK_MS = 3_600_000;
const DRAWN_BYTES = 6;

export interface DrillLoopParts {
  readonly mirror: Pick<DrillMirror, 'realRequests'>;
  /** Share of the requests that a drill follows, 0 to 1, as it is now. */
  readonly rate: () => number;
  readonly approvalTimeoutMs: number;
  /** This installation's own key: who knows a request's id must not know whether a drill follows. */
  readonly markKey: string;
  readonly start: (drill: DrillInput) => Promise<void>;
  readonly clock: () => Date;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

export function startDrillLoop(parts: DrillLoopParts): Pick<Loop, 'stop'> {
  const trouble = createTroubleLog(parts.log, 'drills cannot be started');
  const loop = createLoop(() => trouble.during(() => drawOnce(parts)), {
    pauseMs: () => EVERY_MS,
    restMs: 0,
  });
  loop.kick();
  return { stop: loop.stop };
}

/** Each request draws by its own id, so that asking again draws the same: no request leads to two drills. */
export async function drawOnce({
  mirror,
  rate,
  approvalTimeoutMs,
  markKey,
  start,
  clock,
}: DrillLoopParts): Promise<void> {
  const share = rate();
  if (share === 0) {
    return;
  }
  const since = new Date(clock().getTime() - LOOK_BACK_MS).toISOString();
  for (const id of await mirror.realRequests(since)) {
    const drawn = createHash('sha256').update(`${markKey}/drill/${id}`).digest();
    if (drawn.readUIntBE(0, DRAWN_BYTES) / 256 ** DRAWN_BYTES < share) {
      const name = asDeliveryId(drawn);
      await start({
        drillId: `drill-${name}`,
        cycleId: cycleIdFor('jira', name),
        startedBy: 'policy',
        approvalTimeoutMs,
      });
    }
  }
}

/** One that was started already is the same one. */
export function drillStarter(client: Client, taskQueue: string): DrillLoopParts['start'] {
  return async (drill) => {
    try {
      await client.workflow.start(APPROVAL_DRILL, {
        workflowId: drill.cycleId,
        taskQueue,
        args: [drill],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
        throw error;
      }
    }
  };
}

/** As Jira names its deliveries: another form would tell. */
function asDeliveryId(drawn: Buffer): string {
  return drawn
    .toString('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}
