/** Who the agent is at Bitbucket. Access tokens of a repository, project or workspace may act, and not ask `/user`. */
import type { HttpClient } from '../http.js';
import { type IntegrationError, orNull } from '../integration-error.js';
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
  /** Undefined: not known yet. Null: asked, and Bitbucket does not tell the token. */
  let known: string | null | undefined;
  return {
    learn: (id) => {
      known = id ?? known;
    },
    id: async () => {
      if (known === undefined) {
        const told = await whoIs(http);
        known ??= told;
      }
      return known;
    },
  };
}

async function whoIs(http: HttpClient): Promise<string | null> {
  const user = await orNull(http.send({ method: 'GET', path: '/user' }, accountSchema), isRefused);
  return toAccount(user)?.id ?? null;
}

function isRefused({ status }: IntegrationError): boolean {
  return status === 403 || status === 404;
}
