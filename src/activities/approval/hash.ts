import type { Action } from '../../domain/action.js';
import type { Standing } from '../../domain/actions/row.js';
import { fingerprint } from '../fingerprint.js';

/** What an approval covers: what would be done, and how its target stood when it was shown. */
export function approvalHash({ kind, payload }: Action, version: Standing | undefined): string {
  return fingerprint(version === undefined ? { kind, payload } : { kind, payload, version });
}
