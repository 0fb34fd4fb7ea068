/** Bitbucket: each repository's pull requests, their comments, and a form. */
import type { BitbucketPullRequestRecord } from '../bitbucket/records.js';
import type { SandboxDeps } from '../deps.js';
import { type Html, html } from './html.js';
import { type Choice, idFrom, said, talkForm } from './parts.js';

export function pullRequests(deps: SandboxDeps): Html {
  const sections = deps.bitbucket.repositories().map((repository) => {
    const list = deps.bitbucket.pullRequests(repository.fullName);
    return html`<h3>${repository.fullName}</h3>
${list.length === 0 ? html`<p>No pull requests.</p>` : list.map((pr) => pullRequest(deps, pr))}`;
  });
  return html`<section aria-labelledby="bitbucket"><h2 id="bitbucket">Bitbucket</h2>${sections}</section>`;
}

function pullRequest(deps: SandboxDeps, pr: BitbucketPullRequestRecord): Html {
  const id = idFrom('pr', pr.repository, pr.id);
  const comments = deps.bitbucket
    .pullRequestComments(pr.repository, pr.id)
    .filter((comment) => !comment.deleted);
  const builds = deps.bitbucket.statuses(pr.repository, pr.sourceHash);
  const facts = [
    pr.draft ? 'draft' : pr.state.toLowerCase(),
    `${pr.sourceBranch} → ${pr.destinationBranch}`,
    pr.author === null ? null : nameOf(deps, pr.author),
    ...builds.map((build) => `${build.name} ${build.state.toLowerCase()}`),
  ];
  return html`<details id="${id}"><summary><b>#${pr.id}</b> ${pr.title}<span class="facts">${facts
    .filter((fact) => fact !== null)
    .join(' · ')}</span></summary>
${pr.description === '' ? null : html`<div class="text">${pr.description}</div>`}
<ol class="talk-list">${comments.map((comment) =>
    said(
      nameOf(deps, comment.user),
      comment.createdOn,
      comment.raw,
      comment.user === deps.accounts.bitbucket.uuid,
    ),
  )}</ol>
${talkForm({
  id: `${id}-form`,
  action: '/_page/bitbucket',
  hidden: { repository: pr.repository, pullRequest: String(pr.id) },
  people: people(deps),
  label: `Comment on #${pr.id}`,
  button: 'Comment',
  agentName: deps.agentName,
})}</details>`;
}

function nameOf(deps: SandboxDeps, uuid: string): string {
  return deps.bitbucket.findUser(uuid)?.displayName ?? uuid;
}

function people(deps: SandboxDeps): readonly Choice[] {
  return deps.bitbucket
    .users()
    .filter((user) => user.uuid !== deps.accounts.bitbucket.uuid)
    .map((user) => ({ value: user.uuid, label: user.displayName }));
}
