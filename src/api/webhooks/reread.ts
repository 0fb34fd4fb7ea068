/** Stored bytes, read once more by today's code and settings. Their signature was checked when they arrived, and is not kept. */
import type { PmEvent } from '../../domain/event.js';
import type { FoundChange } from '../../domain/sweep.js';
import type { JudgeFind } from '../../inbox/find-intake.js';
import type { Delivery, WebhookRow } from '../../inbox/inbox.js';
import type { Decoded, WebhookDoor } from './door.js';
import { type ReadingParts, readDelivery } from './reading.js';
import { doorsOf } from './stored-doors.js';

export type Reread = Delivery | { readonly refused: string };

export interface RereadParts extends ReadingParts {
  readonly judgeFind: JudgeFind;
}

/** How old it is does not count: a person vouches for it. */
export function createReread(parts: RereadParts): (row: WebhookRow, raw: Buffer) => Reread {
  return (row, raw) => {
    const read =
      row.origin === 'reconcile' ? rereadFind(parts.judgeFind, raw) : rereadDelivery(parts, row, raw);
    return 'refused' in read || read.status === 'received' ? read : { refused: whyNoEvent(read) };
  };
}

function rereadDelivery(parts: ReadingParts, row: WebhookRow, raw: Buffer): Reread {
  const [first, ...others] = doorsOf(row).map((door): [WebhookDoor, Decoded] => [door, door.decode(raw)]);
  if (first === undefined) {
    return { refused: `no door of ${row.source} takes ${row.headers['content-type']}` };
  }
  const [door, decoded] = [first, ...others].find(([, { ok }]) => ok) ?? first;
  return readDelivery(door, decoded, { ...row, raw }, parts, null);
}

/** What the sweep found is kept as the event that it was. */
function rereadFind(judge: JudgeFind, raw: Buffer): Reread {
  const event = JSON.parse(raw.toString()) as FoundChange['event'];
  return judge({ seq: 0, event, actorIds: idsOf(event) });
}

function idsOf({ actor }: Pick<PmEvent, 'actor'>): readonly string[] {
  return actor === null ? [] : [actor.id];
}

function whyNoEvent({ status, reason }: Delivery): string {
  return status === 'processed'
    ? 'it is the use of an approval card, which counts only when it comes; decide with `pm-agent approve` or `reject`'
    : (reason ?? `it is ${status}`);
}
