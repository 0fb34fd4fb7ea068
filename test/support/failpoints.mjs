/**
 * Loaded into a process of the product with `--import`: dies by SIGKILL at a named point, once. The points are between the
 * steps that a crash could tear apart; nothing in the product knows of them.
 *
 * FAILPOINT        name of the point
 * FAILPOINT_ROLE   the role that dies: api or worker
 * FAILPOINT_DONE   file that is made when it has died, so that the next process lives
 */
import { existsSync, writeFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

const { FAILPOINT = '', FAILPOINT_ROLE = '', FAILPOINT_DONE = '' } = process.env;
const require = createRequire(import.meta.url);

function die() {
  if (!existsSync(FAILPOINT_DONE)) {
    writeFileSync(FAILPOINT_DONE, FAILPOINT);
    process.kill(process.pid, 'SIGKILL');
  }
}

/** Around the answer to what was accepted: a delivery, an event that a person let in. */
function aroundAnswer(when, path = /^\/webhooks\//) {
  const original = ServerResponse.prototype;
  const end = Reflect.get(original, 'end');
  original.end = function (...args) {
    const isAck = this.statusCode === 202 && path.test(this.req.url);
    if (isAck && when === 'before') {
      die();
    }
    if (isAck && when === 'after') {
      this.once('finish', die);
    }
    return end.apply(this, args);
  };
}

/** After Temporal has the workflow, before the inbox knows. */
function afterStart() {
  const { WorkflowClient } = require('@temporalio/client');
  const start = Reflect.get(WorkflowClient.prototype, 'start');
  WorkflowClient.prototype.start = async function (...args) {
    const handle = await start.apply(this, args);
    die();
    return handle;
  };
}

/** Around a write to a vendor. */
function aroundWrite(when) {
  const { fetch } = globalThis;
  const isWrite = (init, url) =>
    ['POST', 'PUT', 'DELETE'].includes(init?.method) &&
    !/\/v1\/messages|comment\/list|search/.test(String(url));
  globalThis.fetch = async (url, init) => {
    if (!isWrite(init, url)) {
      return fetch(url, init);
    }
    if (when === 'before') {
      die();
    }
    const answer = await fetch(url, init);
    if (when === 'after') {
      die();
    }
    return answer;
  };
}

const POINTS = {
  after_persist: () => aroundAnswer('before'),
  after_ack: () => aroundAnswer('after'),
  after_release: () => aroundAnswer('before', /\/release$/),
  after_start: afterStart,
  before_write: () => aroundWrite('before'),
  after_write: () => aroundWrite('after'),
};

if (process.argv.includes(FAILPOINT_ROLE) && Object.hasOwn(POINTS, FAILPOINT)) {
  POINTS[FAILPOINT]();
}
