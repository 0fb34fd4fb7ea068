/** Brings what the API has to tell into the audit log, which only this process writes. */
import type { Mirror } from '../audit/mirror.js';
import type { NoteTerms } from '../audit/note-terms.js';
import { createLoop, type Loop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import type { Logger } from '../log.js';
import type { InboxReader } from './inbox-reader.js';

const BATCH = 100;
const PAUSE_MS = 1_000;

export interface TakeoverParts {
  readonly inbox: Pick<InboxReader, 'notesAfter' | 'lastNote'>;
  readonly mirror: Pick<Mirror, 'takeOverNotes' | 'notesTakenOver'>;
  /** As they are now: asked once for each batch. */
  readonly terms: () => NoteTerms;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/** Takes over one batch; answers how many. Repeats are harmless: an entry is known by its note's id. */
export async function takeOverOnce({ inbox, mirror, terms }: TakeoverParts): Promise<number> {
  const taken = await mirror.notesTakenOver();
  // A restored or removed inbox counts from the start again.
  const notes = inbox.notesAfter(taken > inbox.lastNote() ? 0 : taken, BATCH);
  if (notes.length > 0) {
    await mirror.takeOverNotes(notes, terms());
  }
  return notes.length;
}

export function startNoteTakeover(parts: TakeoverParts): Pick<Loop, 'stop'> {
  const trouble = createTroubleLog(parts.log, 'what the API tells cannot be brought into the audit log');
  let taken = 0;
  const work = (): Promise<void> =>
    trouble.during(async () => {
      taken = 0;
      taken = await takeOverOnce(parts);
    });
  const loop = createLoop(work, { pauseMs: () => (taken === BATCH ? 0 : PAUSE_MS), restMs: 0 });
  loop.kick();
  return { stop: loop.stop };
}
