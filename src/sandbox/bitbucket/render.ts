/** The simulated Bitbucket's records as the REST API and the webhooks show them. */
import type {
  BitbucketActivityRecord,
  BitbucketBranchRecord,
  BitbucketCommentRecord,
  BitbucketCommitRecord,
  BitbucketRepositoryRecord,
  BitbucketStatusRecord,
} from './records.js';
import type { BitbucketState } from './state.js';

export interface View {
  readonly state: BitbucketState;
  /** `…/bitbucket/2.0` */
  readonly api: string;
  /** `…/bitbucket`: where the pages for people would be. */
  readonly site: string;
  /** REST answers keep to the vendor's OpenAPI document, which forbids some of what its webhooks were recorded with. */
  readonly form: 'documented' | 'recorded';
}

export type Json = Record<string, unknown>;

/** `2026-01-31T09:30:00.000000+00:00`, as Bitbucket writes times. */
export function bitbucketTime(iso: string): string {
  return iso.replace(
    /(?:\.(\d{3}))?Z$/,
    (_all, milliseconds: string | undefined) => `.${milliseconds ?? '000'}000+00:00`,
  );
}

export function links(entries: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(entries).map(([name, href]) => [name, { href }]));
}

/** Text in Markdown with a plain rendering. */
export function rendered({ form }: View, raw: string): Json {
  const html = raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return {
    ...(form === 'recorded' ? { type: 'rendered' } : {}),
    raw,
    markup: 'markdown',
    html: html === '' ? '' : `<p>${html}</p>`,
  };
}

/** Null stays null; an account that the site does not know shows as a former user. */
export function renderUser(view: View, uuid: string | null): Json | null {
  if (uuid === null) return null;
  const user = view.state.findUser(uuid);
  const encoded = encodeURIComponent(uuid);
  return {
    display_name: user?.displayName ?? 'Former user',
    links: links({
      self: `${view.api}/users/${encoded}`,
      avatar: `${view.site}/account/${encoded}/avatar/`,
      html: `${view.site}/${encoded}/`,
    }),
    type: user?.isApp === true ? 'app_user' : 'user',
    uuid,
    account_id: user?.accountId ?? '',
    nickname: user?.nickname ?? 'former-user',
  };
}

export function renderWorkspace(view: View, slug: string): Json {
  return {
    type: 'workspace',
    uuid: `{workspace-${slug}}`,
    name: slug,
    slug,
    links: links({
      self: `${view.api}/workspaces/${slug}`,
      avatar: `${view.site}/workspaces/${slug}/avatar/`,
      html: `${view.site}/${slug}/`,
    }),
  };
}

/** How a pull request or a status names its repository. */
export function repositoryReference(view: View, fullName: string): Json {
  const repository = view.state.findRepository(fullName);
  return {
    type: 'repository',
    full_name: fullName,
    links: links({
      self: `${view.api}/repositories/${fullName}`,
      html: `${view.site}/${fullName}`,
      avatar: `${view.site}/${fullName}/avatar/`,
    }),
    name: repository?.name ?? fullName.split('/')[1] ?? fullName,
    uuid: repository?.uuid ?? '',
  };
}

/** What webhooks carry: no `slug`, as at Bitbucket. */
export function renderRepository(view: View, repository: BitbucketRepositoryRecord): Json {
  const [workspace = ''] = repository.fullName.split('/');
  return {
    ...repositoryReference(view, repository.fullName),
    scm: 'git',
    website: null,
    is_private: true,
    workspace: renderWorkspace(view, workspace),
    project: {
      type: 'project',
      key: repository.projectKey,
      name: repository.projectKey,
      uuid: `{project-${repository.projectKey}}`,
      links: links({ html: `${view.site}/${workspace}/workspace/projects/${repository.projectKey}` }),
    },
    owner: {
      type: 'team',
      display_name: workspace,
      username: workspace,
      uuid: `{workspace-${workspace}}`,
      links: links({ self: `${view.api}/workspaces/${workspace}` }),
    },
  };
}

/** What the REST API answers. */
export function renderFullRepository(view: View, repository: BitbucketRepositoryRecord): Json {
  return {
    ...renderRepository(view, repository),
    slug: repository.fullName.split('/')[1] ?? '',
    description: '',
    language: '',
    fork_policy: 'no_public_forks',
    has_issues: false,
    has_wiki: false,
    size: 0,
    created_on: bitbucketTime(repository.createdOn),
    updated_on: bitbucketTime(repository.updatedOn),
    mainbranch: { type: 'branch', name: repository.mainBranch },
  };
}

export function commitReference(view: View, repository: string, hash: string): Json {
  return {
    type: 'commit',
    hash,
    links: links({
      self: `${view.api}/repositories/${repository}/commit/${hash}`,
      html: `${view.site}/${repository}/commits/${hash}`,
    }),
  };
}

export function renderCommit(view: View, commit: BitbucketCommitRecord): Json {
  const user = renderUser(view, commit.author);
  const name =
    commit.author === null ? 'unknown' : (view.state.findUser(commit.author)?.displayName ?? 'unknown');
  return {
    ...commitReference(view, commit.repository, commit.hash),
    date: bitbucketTime(commit.date),
    message: commit.message,
    summary: rendered(view, commit.message),
    author: {
      type: 'author',
      raw: `${name} <${name.toLowerCase().replaceAll(' ', '.')}@acme.example>`,
      ...(user === null ? {} : { user }),
    },
    parents: commit.parents.map((hash) => commitReference(view, commit.repository, hash)),
    repository: repositoryReference(view, commit.repository),
  };
}

export function renderBranch(view: View, branch: BitbucketBranchRecord): Json {
  const commit = view.state.findCommit(branch.repository, branch.hash);
  const self = `${view.api}/repositories/${branch.repository}/refs/branches/${branch.name}`;
  return {
    type: 'branch',
    name: branch.name,
    target:
      commit === null ? commitReference(view, branch.repository, branch.hash) : renderCommit(view, commit),
    links: links({
      self,
      commits: `${view.api}/repositories/${branch.repository}/commits/${branch.name}`,
      html: `${view.site}/${branch.repository}/branch/${branch.name}`,
    }),
  };
}

export function renderStatus(view: View, status: BitbucketStatusRecord): Json {
  const commit = `${view.api}/repositories/${status.repository}/commit/${status.hash}`;
  return {
    key: status.key,
    type: 'build',
    state: status.state,
    name: status.name,
    refname: status.refname,
    commit: commitReference(view, status.repository, status.hash),
    url: status.url,
    repository: repositoryReference(view, status.repository),
    description: status.description,
    created_on: bitbucketTime(status.createdOn),
    updated_on: bitbucketTime(status.updatedOn),
    links: links({ self: `${commit}/statuses/build/${status.key}`, commit }),
  };
}

export function renderComment(view: View, comment: BitbucketCommentRecord): Json {
  const { repository, pullRequestId } = comment;
  const pr = view.state.findPullRequest(repository, pullRequestId);
  const self = `${view.api}/repositories/${repository}/pullrequests/${pullRequestId}`;
  const html = `${view.site}/${repository}/pull-requests/${pullRequestId}`;
  return {
    id: comment.id,
    created_on: bitbucketTime(comment.createdOn),
    updated_on: bitbucketTime(comment.updatedOn),
    content: rendered(view, comment.raw),
    user: renderUser(view, comment.user),
    deleted: comment.deleted,
    ...(comment.inline === null ? {} : { inline: comment.inline }),
    ...(comment.parentId === null
      ? {}
      : { parent: { id: comment.parentId, links: links({ self: `${self}/comments/${comment.parentId}` }) } }),
    pending: false,
    type: 'pullrequest_comment',
    links: links({ self: `${self}/comments/${comment.id}`, html: `${html}/_/diff#comment-${comment.id}` }),
    pullrequest: {
      type: 'pullrequest',
      id: pullRequestId,
      title: pr?.title ?? '',
      draft: pr?.draft ?? false,
      links: links({ self, html }),
    },
  };
}

/** One entry of a pull request's activity: `update`, `approval`, `changes_requested` or `comment`. */
export function renderActivity(view: View, activity: BitbucketActivityRecord, reference: Json): Json {
  const user = renderUser(view, activity.user);
  const date = bitbucketTime(activity.date);
  if (activity.kind === 'comment') {
    const { repository, pullRequestId, commentId } = activity;
    const comment =
      commentId === null ? null : view.state.findPullRequestComment(repository, pullRequestId, commentId);
    return { comment: comment === null ? null : renderComment(view, comment), pull_request: reference };
  }
  if (activity.kind === 'update') {
    return {
      update: { state: activity.state, author: user, date, reason: '', changes: {} },
      pull_request: reference,
    };
  }
  return { [activity.kind]: { date, user, pullrequest: reference }, pull_request: reference };
}
