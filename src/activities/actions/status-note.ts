/** The one living note on an issue or a pull request: written once, and edited in place ever after. */
import type { NoteRow } from '../../audit/effects.js';
import type { EffectMark } from '../../domain/effect.js';
import type { NoteWrite, StandingNote, StatusNotes } from '../../integrations/status-notes.js';
import type { Effect, Settled } from './executor.js';

/** Marks that a note goes on carrying for what it answered before. */
const MARKS_KEPT = 3;

export interface NoteErrand<P> {
  readonly place: P;
  /** In words for a person. */
  readonly on: string;
  readonly body: string;
  readonly mark: EffectMark;
  /** What the ledger knows to stand there. */
  readonly known: NoteRow | null;
}

/**
 * A note that somebody else wrote on is theirs from then on: it is left alone, and said. A note that is gone is written
 * anew.
 */
export async function prepareNote<P>(
  notes: StatusNotes<P>,
  errand: NoteErrand<P>,
): Promise<Effect | Settled> {
  const { place, body, mark, known } = errand;
  const { actionId } = mark;
  const note = await standingNote(notes, place, known);
  const answers = [...mark.answers, ...(note?.isOf(actionId) ? [] : (note?.answers ?? []))];
  const write = { body, actionId, answers: [...new Set(answers)].slice(0, mark.answers.length + MARKS_KEPT) };
  const settled = note === null ? null : settledBy(notes, note, write, errand);
  return settled ?? effectOf(notes, errand, note, write);
}

/**
 * The note that the ledger knows, where an earlier attempt of this action edited it; null where none did. A living note can be
 * older than all that a search for marks goes through.
 */
export async function noteLeftBy<P>(
  notes: StatusNotes<P>,
  place: P,
  { actionId, known }: { readonly actionId: string; readonly known: NoteRow | null },
): Promise<string | null> {
  const note = known === null ? null : await notes.read(place, known.remoteId);
  return note?.isOf(actionId) === true ? note.id : null;
}

/** By the ledger's word first: that costs no search, and knows what the vendor shows late. */
async function standingNote<P>(
  notes: StatusNotes<P>,
  place: P,
  known: NoteRow | null,
): Promise<StandingNote | null> {
  return (known === null ? null : await notes.read(place, known.remoteId)) ?? notes.newest(place);
}

function settledBy<P>(
  notes: StatusNotes<P>,
  note: StandingNote,
  write: NoteWrite,
  { on, known }: NoteErrand<P>,
): Settled | null {
  // What an earlier attempt wrote is for the executor's `find` to tell.
  if (note.isOf(write.actionId)) {
    return null;
  }
  if (note.words === notes.wordsOf(write)) {
    return { settled: 'executed', message: `the status note on ${on} already says so`, remoteId: note.id };
  }
  const isAsWritten = note.isByAgent && [note.markedWords, known?.words].includes(note.words);
  const message = `the status note on ${on} (comment ${note.id}) was changed by ${note.lastWritten} and is not overwritten; once it is deleted the next note is a new one`;
  return isAsWritten ? null : { settled: 'obsolete', message };
}

function effectOf<P>(
  notes: StatusNotes<P>,
  { place }: NoteErrand<P>,
  note: StandingNote | null,
  write: NoteWrite,
): Effect {
  const before = { kept: note?.kept ?? null, words: note?.words ?? null };
  const common = {
    stood: { before, after: { words: notes.wordsOf(write) } },
    precheck: async () => null,
  };
  return note === null
    ? {
        ...common,
        request: notes.requests.add(place, write),
        send: async (signal) => ({ remoteId: await notes.add(place, write, signal) }),
      }
    : {
        ...common,
        request: notes.requests.edit(place, note.id, write),
        send: async (signal) => {
          await notes.edit(place, note.id, write, signal);
          return { remoteId: note.id };
        },
      };
}
