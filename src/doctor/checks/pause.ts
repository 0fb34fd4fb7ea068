/** Did a person stop all effects? Everything else can be well, and nothing leaves. */
import { describePause } from '../../domain/pause.js';
import { readPause } from '../../inbox/people/pauses.js';
import { type Check, ok, warn } from '../check.js';
import { readStored } from '../stored.js';

export const pause: Check = {
  name: 'pause',
  asksOthers: false,
  run: ({ config }) => {
    const kept = readStored({ file: config.inboxFile, setting: 'DATA_DIR', table: 'pauses' }, readPause);
    return kept === null
      ? ok('nobody stopped the effects')
      : warn(
          `no effect leaves: ${describePause(kept).replaceAll(/\s+/g, ' ')}`,
          'let them leave again: npx pm-agent resume (scope admin); what is held goes on then',
        );
  },
};
