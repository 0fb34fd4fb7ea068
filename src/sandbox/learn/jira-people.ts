import type { SandboxDeps } from '../deps.js';
import { at, textAt } from '../loose-json.js';
import type { Note } from './note.js';

/** The account's id, made known where it was not; null where the value names nobody. Old servers know only name and key. */
export function learnUser(deps: SandboxDeps, raw: unknown, note: Note): string | null {
  const accountId = textAt(raw, 'accountId') ?? textAt(raw, 'key') ?? textAt(raw, 'name');
  if (accountId === null) {
    return null;
  }
  if (deps.jira.findUser(accountId) === null) {
    const type = textAt(raw, 'accountType');
    deps.jira.saveUser({
      accountId,
      displayName: textAt(raw, 'displayName') ?? textAt(raw, 'name') ?? accountId,
      emailAddress: textAt(raw, 'emailAddress'),
      accountType: type === 'app' || type === 'customer' ? type : 'atlassian',
      active: at(raw, 'active') !== false,
      timeZone: textAt(raw, 'timeZone') ?? 'Etc/UTC',
    });
  }
  note(`user ${accountId}`);
  return accountId;
}
