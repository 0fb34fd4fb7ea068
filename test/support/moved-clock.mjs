/**
 * Loaded into a process of the product with `--import`: its wall clock is off by the milliseconds that stand in a file,
 * read again and again, so that it can jump while the process runs. The monotonic clock stays as it is.
 *
 * CLOCK_FILE   holds a number; none: the clock is right
 */
import { existsSync, readFileSync } from 'node:fs';

const { CLOCK_FILE = '' } = process.env;
const RealDate = Date;
const EVERY_MS = 10;

const offset = () => (existsSync(CLOCK_FILE) ? Number(readFileSync(CLOCK_FILE, 'utf8')) : 0);
let moved = offset();
setInterval(() => {
  moved = offset();
}, EVERY_MS).unref();

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) {
      super(RealDate.now() + moved);
    } else {
      super(...parts);
    }
  }

  static now() {
    return RealDate.now() + moved;
  }
};
