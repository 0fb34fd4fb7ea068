import type { ActionResult } from '../domain/cycle.js';
import type { UndoInput } from '../domain/undo.js';
import { write } from './activity-stubs.js';

/** Takes one action back, for a person who asked for it. Its id is `undoWorkflowId(undoId)`: asked twice is done once. */
export function undoAction(input: UndoInput): Promise<ActionResult> {
  return write.undoAction(input);
}
