import type { BuildState } from '../bitbucket/records.js';
import type { SandboxDeps } from '../deps.js';
import { at, type JsonRecord, listAt, textAt } from '../loose-json.js';
import { learnAccount } from './bitbucket-places.js';
import { type Note, toIso } from './note.js';

const BUILD_STATES = [
  'SUCCESSFUL',
  'FAILED',
  'INPROGRESS',
  'STOPPED',
] as const satisfies readonly BuildState[];

/** A commit by its hash (whole or short); answers the hash, null where the value is none. */
export function learnCommit(deps: SandboxDeps, repository: string, raw: unknown, note: Note): string | null {
  const hash = textAt(raw, 'hash');
  if (hash === null || !/^[0-9a-f]{7,40}$/i.test(hash)) {
    return null;
  }
  note(`commit ${repository}@${hash}`);
  const author = learnAccount(deps, at(raw, 'author', 'user'), note);
  if (deps.bitbucket.findCommit(repository, hash) === null) {
    deps.bitbucket.saveCommit({
      repository,
      hash,
      message: textAt(raw, 'message') ?? '',
      author,
      date: toIso(at(raw, 'date')) ?? deps.clock().toISOString(),
      parents: listAt(raw, 'parents').flatMap((parent) => textAt(parent, 'hash') ?? []),
    });
  }
  return hash;
}

/** One change of a push: its commits and, for a branch that still stands, the branch. */
export function learnPush(deps: SandboxDeps, repository: string, change: unknown, note: Note): void {
  for (const commit of listAt(change, 'commits')) {
    learnCommit(deps, repository, commit, note);
  }
  const hash = learnCommit(deps, repository, at(change, 'new', 'target'), note);
  if (hash !== null && textAt(change, 'new', 'type') === 'branch') {
    learnBranch(deps, repository, textAt(change, 'new', 'name'), hash, note);
  }
}

/** A branch; one that is known stays where it is. */
export function learnBranch(
  deps: SandboxDeps,
  repository: string,
  name: string | null,
  hash: string | null,
  note: Note,
): void {
  if (name === null || hash === null) {
    return;
  }
  note(`branch ${repository}:${name}`);
  if (!deps.bitbucket.branches(repository).some((branch) => branch.name === name)) {
    deps.bitbucket.saveBranch({ repository, name, hash });
  }
}

/** A build status; a known one of the same key changes only where this body is newer. */
export function learnStatus(deps: SandboxDeps, repository: string, raw: JsonRecord, note: Note): void {
  const key = textAt(raw, 'key');
  const linked = /\/commit\/([0-9a-f]{7,40})/i.exec(textAt(raw, 'links', 'commit', 'href') ?? '')?.[1];
  const hash =
    learnCommit(deps, repository, raw.commit, note) ?? learnCommit(deps, repository, { hash: linked }, note);
  if (key === null || hash === null) {
    return;
  }
  const now = deps.clock().toISOString();
  const updatedOn = toIso(raw.updated_on) ?? now;
  const known = deps.bitbucket.statuses(repository, hash).find((status) => status.key === key);
  const refname = textAt(raw, 'refname');
  learnBranch(deps, repository, refname, hash, note);
  note(`build ${key} of ${repository}@${hash}`);
  if (known !== undefined && known.updatedOn >= updatedOn) {
    return;
  }
  deps.bitbucket.saveStatus({
    repository,
    hash,
    key,
    name: textAt(raw, 'name') ?? key,
    state: BUILD_STATES.find((state) => state === raw.state) ?? 'INPROGRESS',
    url: textAt(raw, 'url') ?? '',
    description: textAt(raw, 'description') ?? '',
    refname,
    createdOn: toIso(raw.created_on) ?? updatedOn,
    updatedOn,
  });
}
