import { statfsSync } from 'node:fs';
import { type Check, type Finding, fail, ok, warn } from '../check.js';
import { nearestFolder } from './data-folder.js';

const MB = 1024 * 1024;
/** Below this, a backup before a migration or a long outage of Temporal may fill it. */
const LITTLE_MB = 1_024;
/** Below this, deliveries are about to be answered 503. */
const ALMOST_NONE_MB = 128;
const ADVICE =
  'free space on this disk, or move DATA_DIR to a larger one; retention in pm-agent.yaml says how long events are kept';

export const diskSpace: Check = {
  name: 'disk space',
  asksOthers: false,
  run: ({ config: { dataDir } }) => {
    const { bavail, bsize } = statfsSync(nearestFolder(dataDir));
    return judgeFreeSpace((bavail * bsize) / MB);
  },
};

/** @param freeMb for this user, on the disk of DATA_DIR */
export function judgeFreeSpace(freeMb: number): Finding {
  const message = `${freeMb >= 10_240 ? `${Math.floor(freeMb / 1_024)} GB` : `${Math.floor(freeMb)} MB`} free`;
  if (freeMb < ALMOST_NONE_MB) {
    return fail(message, ADVICE);
  }
  return freeMb < LITTLE_MB ? warn(message, ADVICE) : ok(message);
}
