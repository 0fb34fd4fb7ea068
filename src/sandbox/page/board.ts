/** Jira: each project's issues by status, and an issue's comments with a form. */
import type { SandboxDeps } from '../deps.js';
import type { JiraIssueRecord, JiraProjectRecord } from '../jira/records.js';
import { isPublic } from '../jira/render.js';
import { type Html, html } from './html.js';
import { type Choice, counted, idFrom, said, talkForm } from './parts.js';

const CATEGORY_ORDER = ['new', 'indeterminate', 'done'];

export function board(deps: SandboxDeps): Html {
  const projects = deps.jira.projects();
  const issues = deps.jira.issues();
  return html`<section aria-labelledby="jira"><h2 id="jira">Jira</h2>
${projects.map((project) =>
  projectBoard(
    deps,
    project,
    issues.filter((issue) => issue.projectKey === project.key),
  ),
)}
</section>`;
}

function projectBoard(
  deps: SandboxDeps,
  project: JiraProjectRecord,
  issues: readonly JiraIssueRecord[],
): Html {
  const statuses = deps.jira
    .statuses()
    .filter((status) => issues.some((issue) => issue.statusId === status.id))
    .toSorted(
      (left, right) => CATEGORY_ORDER.indexOf(left.category) - CATEGORY_ORDER.indexOf(right.category),
    );
  const columns = statuses.map((status) => {
    const inColumn = issues.filter((issue) => issue.statusId === status.id);
    return html`<div class="column"><h4>${status.name} <span class="count">${inColumn.length}</span></h4>
${inColumn.map((issue) => issueCard(deps, issue, project))}</div>`;
  });
  return html`<h3>${project.key} · ${project.name}${project.type === 'service_desk' ? ' (service project)' : ''}</h3>
${issues.length === 0 ? html`<p>No issues.</p>` : html`<div class="board">${columns}</div>`}`;
}

function issueCard(deps: SandboxDeps, issue: JiraIssueRecord, { type }: JiraProjectRecord): Html {
  const isForCustomers = type === 'service_desk';
  const comments = deps.jira.comments(issue.id);
  const assignee = issue.assignee === null ? 'Nobody' : nameOf(deps, issue.assignee);
  const facts = [issue.issueType, issue.priority, assignee].filter((fact) => fact !== null).join(' · ');
  const id = idFrom('issue', issue.key);
  return html`<details id="${id}"><summary><b>${issue.key}</b> ${issue.summary}<span class="facts">${facts}${
    comments.length === 0 ? '' : ` · ${counted(comments.length, 'comment')}`
  }</span></summary>
${issue.description === null ? null : html`<div class="text">${issue.description.wiki}</div>`}
<ol class="talk-list">${comments.map((comment) =>
    said(
      nameOf(deps, comment.author),
      comment.created,
      `${isForCustomers && !isPublic(comment) ? '(internal) ' : ''}${readable(deps, comment.body.wiki)}`,
      comment.author === deps.accounts.jira.accountId,
    ),
  )}</ol>
${talkForm({
  id: `${id}-form`,
  action: '/_page/jira',
  hidden: { issue: issue.key },
  people: jiraPeople(deps, isForCustomers),
  label: `Comment on ${issue.key}`,
  button: 'Comment',
  agentName: deps.agentName,
})}</details>`;
}

function nameOf(deps: SandboxDeps, accountId: string): string {
  return deps.jira.findUser(accountId)?.displayName ?? accountId;
}

/** Mentions by name instead of by account id. */
function readable(deps: SandboxDeps, wiki: string): string {
  return wiki.replaceAll(/\[~accountid:([^\]]+)\]/g, (_all, id: string) => `@${nameOf(deps, id)}`);
}

/** Everyone who can comment: people, not apps; customers only where they are served. */
function jiraPeople(deps: SandboxDeps, withCustomers: boolean): readonly Choice[] {
  return deps.jira
    .users()
    .filter((user) => withCustomers || user.accountType !== 'customer')
    .filter((user) => user.accountType !== 'app' && user.accountId !== deps.accounts.jira.accountId)
    .map((user) => ({ value: user.accountId, label: user.displayName }));
}
