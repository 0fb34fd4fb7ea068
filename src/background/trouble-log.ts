import type { Log } from '../database/open.js';

export interface TroubleLog {
  /** Does `work`; a failure is logged when it begins and when it is over, not each time. Never rejects. */
  during(work: () => Promise<void>): Promise<void>;
}

/** `what` says in half a sentence what does not work. */
export function createTroubleLog(log: Log, what: string): TroubleLog {
  let isFailing = false;
  return {
    async during(work) {
      try {
        await work();
        if (isFailing) {
          log.info({}, `no longer: ${what}`);
        }
        isFailing = false;
      } catch (error) {
        if (!isFailing) {
          log.warn({ error }, `${what}; trying again`);
        }
        isFailing = true;
      }
    },
  };
}
