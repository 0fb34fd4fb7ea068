import { IntegrationError } from '../../integrations/integration-error.js';

/** Where a vendor asked for a pause without saying how long. Milliseconds. */
const USUAL_MS = 60_000;

/** Reads that a context can do without wait while a vendor wants to be left alone: they would use up what others need. */
export interface VendorPause {
  /** Milliseconds; 0 for none. */
  left(): number;
  /** Answers the read's failure unchanged. */
  note<T>(read: Promise<T>): Promise<T>;
}

export function createVendorPause(clock: () => Date): VendorPause {
  let until = 0;
  return {
    left: () => Math.max(0, until - clock().getTime()),
    note: async (read) => {
      try {
        return await read;
      } catch (error) {
        if (error instanceof IntegrationError && error.code === 'rate_limit') {
          until = clock().getTime() + (error.retryAfterMs ?? USUAL_MS);
        }
        throw error;
      }
    },
  };
}
