import type { Standing } from '../../domain/actions/row.js';
import type { StandingNote, StatusNotes } from '../../integrations/status-notes.js';
import type { Effect, Settled } from '../actions/executor.js';
import { textIn } from './issue-state.js';
import { type Done, goneAlready, nothingKnown } from './undoing.js';

/** How a first note is deleted: as any other comment. */
type Removal = (note: StandingNote) => Promise<Effect | Settled>;

/** Puts the former words back, or deletes a note that had none, where it still stands as the action wrote it. */
export async function undoNote<P>(
  notes: StatusNotes<P>,
  place: P,
  { actionId, remoteId, stood }: Done,
  remove: Removal,
): Promise<Effect | Settled> {
  if (remoteId === null) {
    return nothingKnown('the status note');
  }
  if (stood === null) {
    return { settled: 'failed', message: `the status note ${remoteId} said so already: nothing was changed` };
  }
  const note = await notes.read(place, remoteId);
  if (note === null) {
    return goneAlready(`the status note ${remoteId}`);
  }
  const { before } = stood;
  if (!isAsLeft(note, actionId, stood.after)) {
    return isBack(note, before)
      ? { settled: 'executed', message: `the status note ${remoteId} says what it said before` }
      : { settled: 'obsolete', message: `the status note ${remoteId} was changed by ${note.lastWritten}` };
  }
  const kept = before['kept'] ?? null;
  if (kept === null) {
    return remove(note);
  }
  return {
    request: notes.requests.putBack(place, remoteId, kept),
    precheck: async () => null,
    findExisting: async () => {
      const now = await notes.read(place, remoteId);
      return now === null || isBack(now, before) ? { remoteId: null } : null;
    },
    send: async (signal) => {
      await notes.putBack(place, remoteId, kept, signal);
      return { remoteId: null };
    },
  };
}

/** A later note may say the same: its mark is another's. One whose mark is out of sight is told by its words. */
function isAsLeft(note: StandingNote, actionId: string, after: Standing): boolean {
  return (
    note.isByAgent &&
    note.words === textIn(after, 'words') &&
    (note.markedWords === null || note.isOf(actionId))
  );
}

function isBack(note: StandingNote, before: Standing): boolean {
  return note.isByAgent && note.words === textIn(before, 'words');
}
