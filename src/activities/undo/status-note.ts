import type { Standing } from '../../domain/actions/row.js';
import type { StandingNote, StatusNotes } from '../../integrations/status-notes.js';
import { type Effect, type Settled, standsSo } from '../actions/executor.js';
import { textIn } from './issue-state.js';
import { cannotBe, type Done, goneAlready, nothingKnown, type Reversal } from './undoing.js';

/** How a first note is deleted: as any other comment. */
type Removal = (note: StandingNote) => Effect;

/** Puts the former words back, or deletes a note that had none, where it still stands as the action wrote it. */
export function undoNote<P>(
  notes: StatusNotes<P>,
  place: P,
  { actionId, remoteId, stood }: Done,
  remove: Removal,
): Reversal {
  if (remoteId === null) {
    return nothingKnown('the status note');
  }
  if (stood === null) {
    return cannotBe(`the status note ${remoteId} said so already: nothing was changed`);
  }
  const { before } = stood;
  return {
    find: async () => {
      const now = await notes.read(place, remoteId);
      return standsSo(now === null || ((before['kept'] ?? null) !== null && isBack(now, before)));
    },
    prepare: () => prepareReversal(notes, place, { actionId, remoteId, stood }, remove),
  };
}

async function prepareReversal<P>(
  notes: StatusNotes<P>,
  place: P,
  { actionId, remoteId, stood }: { readonly [M in keyof Done]: NonNullable<Done[M]> },
  remove: Removal,
): Promise<Effect | Settled> {
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
