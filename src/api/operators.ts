/** Who a token makes of its holder: the first operator's own from the environment, or one of operators.db. */
import { timingSafeEqual } from 'node:crypto';
import type { Person } from '../domain/approval.js';
import type { Operator } from '../domain/operator.js';
import type { TokenUses } from '../inbox/people/token-uses.js';
import type { Token } from '../operators/token.js';
import { tokenState } from '../operators/token.js';
import type { TokenReader } from '../operators/token-reader.js';
import { sha256Of } from '../operators/token-secret.js';

/** "Last used" is for finding tokens that nobody needs any more: coarse is enough. */
const NOTE_USE_MS = 3_600_000;

export const LOCAL_OPERATOR: Operator = { id: 'local', name: 'local operator', scope: 'admin' };
const ADMIN_OPERATOR: Operator = { id: 'admin', name: 'admin', scope: 'admin' };

export interface Operators {
  /** Is being at the machine enough? Only until the first token is made or set. */
  isLocalEnough(): boolean;
  /** The holder of the token with this sha256 (hex); null for none that counts now. */
  bySha256(sha256: string, now: Date): Operator | null;
}

export function createOperators(parts: {
  readonly adminToken: string | null;
  readonly tokens: Pick<TokenReader, 'bySha256' | 'hasAny'>;
  readonly uses: TokenUses;
  /** As they are now. */
  readonly people: () => readonly Person[];
}): Operators {
  const { adminToken, tokens, people } = parts;
  const admin = adminToken === null ? null : sha256Of(adminToken);
  const noteUse = useNoter(parts.uses);
  return {
    isLocalEnough: () => admin === null && !tokens.hasAny(),
    bySha256(sha256, now) {
      if (admin !== null && timingSafeEqual(Buffer.from(sha256), Buffer.from(admin))) {
        return ADMIN_OPERATOR;
      }
      const token = tokens.bySha256(sha256);
      if (token === null || tokenState(token, now) !== 'active') {
        return null;
      }
      noteUse(token.id, now);
      return toOperator(token, people());
    },
  };
}

/** A token that is bound to nobody goes by its name, unless a person has come to go by it since. */
function toOperator({ id, name, person, scope }: Token, people: readonly Person[]): Operator {
  if (person !== null) {
    return { id: person, name: people.find((one) => one.id === person)?.name ?? name, scope };
  }
  return { id: people.some((one) => one.id === name) ? id : name, name, scope };
}

function useNoter(uses: TokenUses): (tokenId: string, now: Date) => void {
  const noted = new Map<string, number>();
  return (tokenId, now) => {
    const last = noted.get(tokenId);
    if (last === undefined || Math.abs(now.getTime() - last) >= NOTE_USE_MS) {
      noted.set(tokenId, now.getTime());
      uses.note(tokenId, now.toISOString()).catch(() => noted.delete(tokenId));
    }
  };
}
