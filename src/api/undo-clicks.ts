/** The button that takes back what was done without asking anybody: by the same way as every other undo. */
import type { AnswerClick } from '../inbox/people/click-queue.js';
import { type ClickParts, deciderOf } from './approval-clicks.js';
import { HttpError } from './http-error.js';
import type { Undo } from './undo.js';

export interface UndoClickParts extends Pick<ClickParts, 'settings' | 'tell'> {
  readonly undo: Undo;
}

/** Between two tries while Temporal is away. Milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** Answers each click; a repeat of one that was answered finds it taken back. Only people of pm-agent.yaml take back here. */
export function createUndoClickAnswerer({ undo, settings, tell }: UndoClickParts): AnswerClick {
  return async (pending) => {
    const { click, eventId: requestId, attempts } = pending;
    const { people, notes } = settings();
    const person = people.find(({ slack }) => slack === click.user.id) ?? null;
    const by = deciderOf(click, person);
    if (person === null) {
      const note = notes.strangerUndoes(click.user.id);
      await undo.noteRefusal({ actionId: click.value, by, why: note.plain, requestId });
      return tell(pending, note);
    }
    try {
      const done = await undo.undo(click.value, by, requestId);
      return await tell(pending, done === null ? notes.undoOrdered() : notes.undone(done));
    } catch (error) {
      if (!(error instanceof HttpError)) {
        throw error;
      }
      if (error.status !== 503) {
        // Told once, or not at all: a click that is answered again would begin another try, which nobody asked for.
        const { result } = await tell(pending, notes.notUndone(error));
        return { result };
      }
      // Kept and tried until it is too late to take it back: the person need not come again.
      if (attempts === 0) {
        await tell(pending, notes.undoOrdered());
      }
      return {
        result: error.message,
        retryMs: Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS),
      };
    }
  };
}
