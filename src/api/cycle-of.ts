/** One cycle in full: from the mirror, or from the inbox as long as no worker has it. */
import { z } from 'zod';
import type { CycleDetail } from '../audit/mirror-reader.js';
import type { AuditLogTable } from '../audit/schema.js';
import type { ApiDeps } from './deps.js';
import { notFound } from './http-error.js';
import { namesOf } from './names.js';
import {
  type CycleView,
  toCycleView,
  toQueuedCycle,
  toQueuedSummary,
  type UrlOf,
} from './views/cycle-view.js';

const decisionData = z.object({ decision: z.record(z.string(), z.unknown()) });

/** Throws 404 where neither knows it. */
export function cycleOf(
  deps: Pick<ApiDeps, 'mirror' | 'inbox' | 'agentFile' | 'pausing' | 'config' | 'decisions'>,
  id: string,
  urlOf: UrlOf,
): CycleView {
  const { mirror, inbox } = deps;
  const detail = mirror.getCycle(id);
  if (detail !== null) {
    const entries = mirror.auditOf(id);
    return toCycleView(
      detail,
      {
        context: contextOf(mirror, detail),
        decision: decisionIn(entries),
        names: namesOf(deps),
        pausing: deps.pausing,
        waiting: deps.decisions.waiting(),
        entries,
      },
      urlOf,
    );
  }
  const row = inbox.byCycle(id);
  if (row === null) {
    throw notFound(`cycle ${id}`);
  }
  return toQueuedCycle(toQueuedSummary(row, id, urlOf));
}

function contextOf(mirror: ApiDeps['mirror'], { cycle }: CycleDetail): Buffer | null {
  return cycle.context_hash === null ? null : mirror.getBlob(cycle.context_hash);
}

/** The decision stands in the audit log, as it was made; null once erased. */
function decisionIn(entries: readonly AuditLogTable[]): Record<string, unknown> | null {
  const entry = entries.findLast((one) => one.kind === 'decision.made');
  const data = decisionData.safeParse(JSON.parse(entry?.data ?? 'null'));
  return data.success ? data.data.decision : null;
}
