import { createHash } from 'node:crypto';

/**
 * How a worker names itself to Temporal: `pm-agent@<12 hex digits of the data folder's sha256>/<process>`. Lets
 * `npm start` see that a server on its port already serves another data folder.
 */
export function workerIdentity(dataDir: string, process: string): string {
  return `pm-agent@${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}/${process}`;
}
