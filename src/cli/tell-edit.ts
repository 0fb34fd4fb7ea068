import type { JudgedEdit } from '../domain/policy.js';
import { plain, when } from './table.js';

/** One line that says whose words were judged, and by what the proposal had been; none where nobody edited it. */
export function tellEdit(edited: JudgedEdit | undefined): readonly string[] {
  if (edited === undefined) {
    return [];
  }
  const { by, at, proposed } = edited;
  return [
    `as ${plain(by)} wrote it (${when(at)} UTC); proposed under the rule "${plain(proposed.rule)}" (policy ${proposed.policyVersion})`,
  ];
}
