/** Who changed an issue, as far as its own history tells: the agent, or somebody else. */
import type { JiraChange } from '../integrations/jira/jira.js';
import { inWords } from './actions/issue-conflict.js';
import type { OwnAccounts } from './own-accounts.js';

export interface Authorship {
  /**
   * The change in words, where somebody else made it; null where the agent did, where there is none, and where nobody can tell:
   * Jira names no author, or does not say which account is the agent's.
   */
  ofAnother(change: JiraChange | null): Promise<string | null>;
  /** The latest of these that the agent made; null where there is none, and where nobody can tell. */
  latestOwn(changes: readonly JiraChange[]): Promise<JiraChange | null>;
}

export function createAuthorship(accounts: OwnAccounts): Authorship {
  return {
    async ofAnother(change) {
      const author = change?.authorId;
      if (author === undefined) {
        return null;
      }
      const own = await accounts.of('jira');
      return own.length === 0 || own.some(({ id }) => id === author) ? null : inWords(change);
    },
    async latestOwn(changes) {
      const own = await accounts.of('jira');
      return changes.findLast(({ authorId }) => own.some(({ id }) => id === authorId)) ?? null;
    },
  };
}
