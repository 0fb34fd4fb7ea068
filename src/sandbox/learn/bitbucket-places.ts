import type { SandboxDeps } from '../deps.js';
import { textAt } from '../loose-json.js';
import type { Note } from './note.js';

/** The account's uuid, made known where it was not; null for nobody (former users have no account). */
export function learnAccount(deps: SandboxDeps, raw: unknown, note: Note): string | null {
  const accountId = textAt(raw, 'account_id');
  const nickname = textAt(raw, 'nickname') ?? textAt(raw, 'username');
  const uuid = textAt(raw, 'uuid') ?? accountId ?? nickname;
  if (uuid === null) {
    return null;
  }
  if (deps.bitbucket.findUser(uuid) === null) {
    const displayName = textAt(raw, 'display_name') ?? nickname ?? uuid;
    deps.bitbucket.saveUser({
      uuid,
      accountId: accountId ?? uuid,
      displayName,
      nickname: nickname ?? displayName,
    });
  }
  note(`user ${uuid}`);
  return uuid;
}

/** `workspace/slug`, made known where it was not; null where the value names no repository. */
export function learnRepository(
  deps: SandboxDeps,
  raw: unknown,
  mainBranch: string | null,
  note: Note,
): string | null {
  const fullName = textAt(raw, 'full_name');
  if (fullName === null || !/^[^/\s]+\/[^/\s]+$/.test(fullName)) {
    return null;
  }
  if (deps.bitbucket.findRepository(fullName) === null) {
    const now = deps.clock().toISOString();
    deps.bitbucket.saveRepository({
      fullName,
      name: textAt(raw, 'name') ?? fullName,
      uuid: textAt(raw, 'uuid') ?? `{${fullName}}`,
      mainBranch: textAt(raw, 'mainbranch', 'name') ?? mainBranch ?? 'main',
      projectKey: textAt(raw, 'project', 'key') ?? 'LEARNED',
      createdOn: now,
      updatedOn: now,
    });
  }
  note(`repository ${fullName}`);
  return fullName;
}
