/** By what it is settled what follows from the API's notes: as pm-agent.yaml says it now. */
import type { LapseTerms } from './autonomy.js';

export interface RefusalTerms {
  /** The person's account in Slack, else where their team is told; empty where nobody may be told. */
  readonly tellRefusedIn: (personId: string, team: string | null) => readonly string[];
}

export type NoteTerms = LapseTerms & RefusalTerms;
