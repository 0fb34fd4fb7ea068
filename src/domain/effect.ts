/** The services that pm-agent speaks to. */
export type IntegrationService = 'jira' | 'bitbucket' | 'slack' | 'claude' | 'mcp';

/** What a write sends: recorded before it is sent, and instead of sending it in simulation. */
export interface OutgoingRequest {
  readonly service: IntegrationService;
  readonly method: string;
  /** Below the vendor's base URL. */
  readonly path: string;
  readonly body: unknown;
  /** Sent as soon as this one was answered: for what the vendor takes in two requests only. */
  readonly followedBy?: OutgoingRequest;
}

/**
 * Attempts of one effect, besides those that its vendor only made wait, before it ends as `unknown` or `failed`. Eight
 * sends: one whose outcome is not known is followed by an attempt that only looks and waits, so twice as many.
 */
export const MAX_WRITE_ATTEMPTS = 16;

/**
 * How long a request that left may still be applied: the HTTP timeout (15 s), and twice as long for a vendor that goes on
 * after the connection closed. No vendor promises a bound; what remains is told in docs/guarantees.md.
 */
export const SETTLED_AFTER_MS = 45_000;

/** What an effect is found by at its vendor. */
export interface EffectMark {
  /** The action that makes it. */
  readonly actionId: string;
  /** Hashes of the changes that it answers, in hex, the one that leads first; written with the effect. */
  readonly answers: readonly string[];
  /** What another cycle's effect for the leading change would carry: one that does is taken for this action's own. */
  readonly sought: readonly string[];
  /** Nothing that carries one of these marks is older (ISO 8601 UTC); null where that is not known. */
  readonly since: string | null;
}

/** Of an effect that is looked for by its action alone. @param since as in the mark */
export function markOfAction(actionId: string, since: string | null): EffectMark {
  return { actionId, answers: [], sought: [], since };
}

/** Clocks of vendors and ours differ: by seconds where all is well, by hours where a time zone is wrong. */
const CLOCKS_DIFFER_MS = 24 * 3_600_000;

/** From when on what was made at `at` or later is looked for, by whatever clock it is dated. Null stays null. */
export function lookedForSince(at: string | null): string | null {
  return at === null ? null : new Date(Date.parse(at) - CLOCKS_DIFFER_MS).toISOString();
}
