/** Who the agent is at Bitbucket. Access tokens of a repository, project or workspace may act, and not ask `/user`. */
import type { HttpClient } from '../http.js';
import { IntegrationError } from '../integration-error.js';
import { toAccount } from './convert.js';
import { accountSchema } from './schema.js';

export interface OwnAccount {
  /** Null where Bitbucket does not tell the token, and nothing was written yet. */
  id(): Promise<string | null>;
  /** From the answer to what we wrote ourselves. Null: it does not say. */
  learn(id: string | null): void;
}

/** Asked once, also where that is refused: refusals in a row would count against the credentials. */
export function createOwnAccount(http: HttpClient): OwnAccount {
  let known: string | null = null;
  let isRefused = false;
  return {
    learn: (id) => {
      known = id ?? known;
    },
    id: async () => {
      if (known === null && !isRefused) {
        const told = await whoIs(http);
        isRefused = told === null;
        known ??= told;
      }
      return known;
    },
  };
}

async function whoIs(http: HttpClient): Promise<string | null> {
  try {
    return toAccount(await http.send({ method: 'GET', path: '/user' }, accountSchema))?.id ?? null;
  } catch (error) {
    if (error instanceof IntegrationError && (error.status === 403 || error.status === 404)) {
      return null;
    }
    throw error;
  }
}
