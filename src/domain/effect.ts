/** The services that pm-agent speaks to. */
export type IntegrationService = 'jira' | 'bitbucket' | 'slack' | 'claude' | 'mcp';

/** What a write sends: recorded before it is sent, and instead of sending it in simulation. */
export interface OutgoingRequest {
  readonly service: IntegrationService;
  readonly method: string;
  /** Below the vendor's base URL. */
  readonly path: string;
  readonly body: unknown;
}

/**
 * Attempts of one effect before it ends as `unknown` or `failed`; the write profile and the executor agree on it.
 * Eight sends: one whose outcome is not known is followed by an attempt that only looks and waits, so twice as many.
 */
export const MAX_WRITE_ATTEMPTS = 16;

/**
 * How long a request that left may still be applied: the HTTP timeout (15 s), and twice as long for a vendor that goes on
 * after the connection closed. No vendor promises a bound; what remains is told in docs/guarantees.md.
 */
export const SETTLED_AFTER_MS = 45_000;
