/**
 * Loaded into a worker of the product with `--import`: when so many actions stand at a point, each in its first attempt,
 * the process gets a signal, and then all of them go on as far as they get. The points are those of the soak; nothing in
 * the product knows of them.
 *
 * STOP_AT        name of the point
 * STOP_TOGETHER  how many have to stand there
 * STOP_SIGNAL    SIGTERM or SIGKILL
 */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Context, type Info } from '@temporalio/activity';
import type { MirrorWriter } from '../../../src/audit/mirror.js';
import { EFFECT_KINDS } from '../../soak/effects/kinds.js';
import { fetchWithPoints, type Reached, withPoints } from '../../soak/effects/points.js';

/** Long enough for the process to have begun to end, and shorter than an activity may be silent (5 s). */
const STANDS_ON_MS = 700;
/** How long a request is under way at `during_write`. */
const UNDER_WAY_MS = 200;

const { STOP_AT = '', STOP_TOGETHER = '', STOP_SIGNAL = '' } = process.env;
const writes = Object.values(EFFECT_KINDS).map(({ write }) => write);
let standing = 0;
let goOn: () => void;
const going = new Promise<void>((resolve) => {
  goOn = resolve;
});

const reached: Reached = async (point) => {
  if (point !== STOP_AT || activity()?.attempt !== 1) {
    return;
  }
  standing += 1;
  if (standing === Number(STOP_TOGETHER)) {
    process.kill(process.pid, STOP_SIGNAL);
    setTimeout(goOn, STANDS_ON_MS);
  }
  await going;
};

/** Of the action that is carried out; null elsewhere. */
function activity(): Info | null {
  try {
    const { info } = Context.current();
    return info.activityType === 'executeAction' ? info : null;
  } catch {
    return null;
  }
}

function writingAction(method: string, url: string): string | null {
  const call = `${method} ${new URL(url).pathname}`;
  return writes.some((write) => write.test(call)) ? (activity()?.activityId ?? null) : null;
}

globalThis.fetch = fetchWithPoints(globalThis.fetch, writingAction, reached, UNDER_WAY_MS);
Object.assign(globalThis, { withStopPoints: (mirror: MirrorWriter) => withPoints(mirror, reached) });
// Built beside this file from wrap-mirror.ts.
const hooks = `${import.meta.dirname}/wrap-mirror.mjs`;
register(pathToFileURL(hooks));
