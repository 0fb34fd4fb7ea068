/** An event that the model declined to answer: nothing was decided, so that a person has to look. Pure. */
import type { PmEvent } from './event.js';

/** Whose text it was, as far as the vendors say: `jira:<account id>`. */
export interface Author {
  readonly id: string;
  readonly name: string | null;
}

const NOBODY: Author = { id: 'unknown', name: null };

/** Who wrote what these events tell of, each once; never empty. */
export function authorsOf(events: readonly Pick<PmEvent, 'source' | 'actor'>[]): readonly Author[] {
  const authors = new Map<string, Author>();
  for (const { source, actor } of events) {
    if (actor !== null) {
      const id = `${source}:${actor.id}`;
      authors.set(id, { id, name: actor.name });
    }
  }
  return authors.size === 0 ? [NOBODY] : [...authors.values()];
}
