import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ActionsTable } from '../audit/schema.js';

/** How long the worker is waited for, and how often it is looked at. Milliseconds. */
export interface Patience {
  readonly waitMs: number;
  readonly everyMs: number;
}

/** The action once it is as far as `isThere` says; null where no worker took it there in time. */
export async function awaitAction(
  mirror: Pick<MirrorReader, 'getAction'>,
  id: string,
  { waitMs, everyMs }: Patience,
  isThere: (action: ActionsTable) => boolean,
): Promise<ActionsTable | null> {
  for (let waited = 0; waited <= waitMs; waited += everyMs) {
    const row = mirror.getAction(id);
    if (row !== null && isThere(row)) {
      return row;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return null;
}
