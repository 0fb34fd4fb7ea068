/** What follows from what the API tells, as pm-agent.yaml says it now. */
import type { NoteTerms } from '../audit/note-terms.js';
import { type AutonomyDeps, lapseTerms } from './autonomy.js';

/** Whose account in Slack is not known is told in the team's channel, where the request was shown. */
export function noteTerms(deps: Pick<AutonomyDeps, 'autonomy' | 'teams' | 'people' | 'acts'>): NoteTerms {
  const terms = lapseTerms(deps);
  return {
    ...terms,
    tellRefusedIn: (personId, team) => {
      const account = deps.people.find(({ id }) => id === personId)?.slack ?? null;
      return account === null || !deps.acts.slack ? terms.placesOf(team) : [account];
    },
  };
}
