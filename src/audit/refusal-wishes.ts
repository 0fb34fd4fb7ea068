/** Whoever heard that their decision is recorded hears it, too, when its workflow refused it after all. */
import { wishForAlert } from './alert-wishes.js';
import type { OutsideNote } from './mirror.js';
import type { RefusalTerms } from './note-terms.js';
import type { Trx } from './writing.js';

/** As the API notes it. */
interface RefusedDecision {
  readonly approvalId: string;
  readonly by: string;
  readonly byName: string;
  readonly what: string;
  readonly why: string;
}

/** Once for each decision, whose id the note has. */
export async function wishForRefusal(trx: Trx, note: OutsideNote, terms: RefusalTerms): Promise<void> {
  if (note.kind !== 'decision.refused' || note.data['wasRecorded'] !== true) {
    return;
  }
  const { approvalId, by, byName, what, why } = note.data as unknown as RefusedDecision;
  const request = await trx
    .selectFrom('approvals')
    .innerJoin('actions', 'actions.id', 'approvals.action_id')
    .innerJoin('cycles', 'cycles.id', 'approvals.cycle_id')
    .select(['actions.kind', 'actions.target', 'cycles.team'])
    .where('approvals.id', '=', approvalId)
    .executeTakeFirst();
  const about = request === undefined ? `request ${approvalId}` : `${request.kind} on ${request.target}`;
  const text = `The decision of ${byName} to ${what.replace('_', ' ')} ${about} was recorded, and did not count when it was brought to the agent: ${why}. See pm-agent show ${note.cycleId ?? approvalId}`;
  for (const place of terms.tellRefusedIn(by, request?.team ?? null)) {
    await wishForAlert(trx, note.at, { id: `refused-${note.id}-${place}`, about: 'decision', place, text });
  }
}
