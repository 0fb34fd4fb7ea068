/** What runs beside the workflows, with or without Temporal: it works off what databases say is to be done. */
import { noteTerms } from '../activities/note-terms.js';
import { startAlertLoop } from '../alerts/alert-loop.js';
import { type CardLoop, startCardLoop } from '../cards/card-loop.js';
import type { Config } from '../config/config.js';
import { watchLiveFile } from '../config/live-file.js';
import { serverUrl } from '../config/load.js';
import type { Logger } from '../log.js';
import type { Dependencies } from './dependencies.js';
import { startNoteTakeover } from './note-takeover.js';

export interface Routines {
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export function startRoutines(config: Config, dependencies: Dependencies, log: Logger): Routines {
  const { mirror, inbox, liveFile } = dependencies;
  const { acts, slack, clock } = dependencies.deps();
  const isPaused = () => inbox.pause() !== null;
  const cards = startCards(config, dependencies, isPaused, log);
  const alerts = acts.slack ? startAlertLoop({ alerts: mirror.circuits, slack, isPaused, clock, log }) : null;
  const terms = () => noteTerms(dependencies.deps());
  const takeover = startNoteTakeover({ inbox, mirror, terms, log });
  const fileWatch = watchLiveFile(liveFile);
  return {
    close: async () => {
      await Promise.all([cards?.stop(), alerts?.stop(), takeover.stop(), fileWatch.stop()]);
    },
  };
}

/** Null where nothing may be written to Slack: then cards of another mode stay as they are, too. */
function startCards(
  config: Config,
  { deps, mirror, inbox }: Dependencies,
  isPaused: () => boolean,
  log: Logger,
): CardLoop | null {
  const { acts, slack, clock } = deps();
  const cycleUrl = cycleUrls(config);
  return acts.slack
    ? startCardLoop({
        cards: mirror.cards,
        slack,
        settings: () => ({ people: deps().people, output: deps().output, cycleUrl, acts }),
        isPaused,
        lostEndOf: (cycleId) => inbox.lostEndOf(cycleId),
        clock,
        log,
      })
    : null;
}

/** Where a card leads: what PM_AGENT_URL says; on a simulated Slack this machine, whose page it is. */
function cycleUrls(config: Config): (cycleId: string) => string | null {
  const { host, port } = config.server;
  const base = config.publicUrl ?? (config.slack.sandboxed ? serverUrl(host, port) : null);
  return (cycleId) => (base === null ? null : `${base}/api/cycles/${encodeURIComponent(cycleId)}`);
}
