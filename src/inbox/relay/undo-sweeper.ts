/**
 * Finds tries to take an action back whose workflow will never say how they ended. One that Temporal lost (with its store, or
 * because the databases came back from a backup) is begun again: a person ordered it. One that was closed from outside is
 * ended as what it is: how its target stands is read, and nothing is sent any more.
 */
import type { MirrorReader, OpenUndo } from '../../audit/mirror-reader.js';
import type { Log } from '../../database/open.js';
import type { UndoInput } from '../../domain/undo.js';
import { undoWorkflowId } from '../../workflows/messages.js';
import { createScan } from './scan.js';
import type { DescribeCycle } from './sweeper.js';

export interface UndoSweeperParts {
  readonly mirror: Pick<MirrorReader, 'openUndos' | 'getAction'>;
  readonly describe: DescribeCycle;
  /** Of one that runs under the same id nothing happens. */
  readonly begin: (input: UndoInput) => Promise<unknown>;
  readonly log: Log;
}

const PER_ROUND = 25;

/** The returned function does one round. It rejects where Temporal or the mirror cannot be asked. */
export function createUndoSweeper(parts: UndoSweeperParts): () => Promise<void> {
  const { mirror, describe } = parts;
  const scan = createScan<OpenUndo, string>({
    first: '',
    limit: PER_ROUND,
    read: (after, limit) => mirror.openUndos({ after, limit }),
    keyOf: ({ undoId }) => undoId,
  });
  return async () => {
    scan.touch();
    for (const undo of scan.next()) {
      const state = await describe(undoWorkflowId(undo.undoId));
      if (state !== 'running' && isOpen(mirror, undo)) {
        await goOn(parts, undo, state);
      }
    }
  };
}

/** It may have come to its end between the two questions. */
function isOpen(mirror: UndoSweeperParts['mirror'], { undoId }: OpenUndo): boolean {
  return mirror.getAction(undoId)?.ended_at === null;
}

async function goOn(
  { begin, log }: UndoSweeperParts,
  undo: OpenUndo,
  state: 'closed' | 'missing',
): Promise<void> {
  if (state === 'missing') {
    log.warn({ undoId: undo.undoId }, 'Temporal does not know the workflow of an undo; starting it again');
  }
  await begin(state === 'missing' ? undo : { ...undo, isOver: true });
}
