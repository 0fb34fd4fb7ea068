import { readOldestNode } from '../../config/version.js';
import { type Finding, fail, ok } from '../check.js';

/** Needs no configuration. @param version as `process.versions.node` */
export function checkNodeVersion(version: string): Finding {
  const oldest = readOldestNode();
  const given = version.split('.').map(Number);
  const difference = oldest.map((part, index) => (given[index] ?? 0) - part).find((part) => part !== 0);
  return (difference ?? 0) >= 0
    ? ok(`Node ${version}`)
    : fail(`Node ${version} is older than ${oldest.join('.')}`, `install Node ${oldest.join('.')} or newer`);
}
