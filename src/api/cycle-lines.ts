import type { RelayWatch } from '../inbox/relay/relay-watch.js';
import type { Logger } from '../log.js';

/** One line for each workflow that starts and one for each cycle that ends; both are passed on to the metrics. */
export function createCycleLines(log: Pick<Logger, 'info'>, metrics: RelayWatch): RelayWatch {
  return {
    started(cycle) {
      metrics.started(cycle);
      const { coalescedInto, ...line } = cycle;
      log.info({ ...line, ...(coalescedInto === null ? {} : { coalescedInto }) }, 'cycle started');
    },
    ended(cycle) {
      metrics.ended(cycle);
      const { reason, tookMs, ...line } = cycle;
      log.info(
        { ...line, ...(tookMs === null ? {} : { tookMs }), ...(reason === null ? {} : { reason }) },
        'cycle ended',
      );
    },
  };
}
