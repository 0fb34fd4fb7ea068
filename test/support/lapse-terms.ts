/** What follows from notes where pm-agent.yaml says nothing of it, told nowhere. */
import type { NoteTerms } from '../../src/audit/note-terms.js';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';

export const builtInTerms: NoteTerms = {
  rules: BUILT_IN_AUTONOMY,
  placesOf: () => [],
  tellRefusedIn: () => [],
};
