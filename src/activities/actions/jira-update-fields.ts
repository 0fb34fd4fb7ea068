import type { JiraUpdateFields } from '../../domain/actions/jira-update-fields.js';
import type { Standing, Stood } from '../../domain/actions/row.js';
import { driftOf } from '../../domain/actions/standing.js';
import type { FieldsWrite, JiraEdits, SiteFields } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Authorship } from '../authorship.js';
import { type Executor, type Settled, standsSo } from './executor.js';
import { conflictOf, lastChangeOf, membersChanged } from './issue-conflict.js';

/** Changes fields in one request. The fields themselves tell whether it was done. */
export function jiraUpdateFields(
  jira: Jira,
  edits: JiraEdits,
  authorship: Authorship,
): Executor<'jira.update_fields'> {
  return {
    async find(payload, _mark, left) {
      const issue = await jira.getIssue(payload.issueKey);
      const sprintId = await meantSprint(edits, payload, issue, left);
      if (payload.sprint !== null && sprintId === null) {
        return null;
      }
      const field = left?.estimateField ?? (await estimateField(edits, payload, issue));
      const estimateNow = await readEstimate(edits, payload, field);
      const wanted = wantedOf(payload, issue, sprintId);
      return standsSo(driftOf(wanted, standingOf(payload, issue, estimateNow)).length === 0);
    },
    async byAnother(payload, left) {
      const issue = await jira.getIssue(payload.issueKey);
      const members = left === null ? Object.keys(standingOf(payload, issue, null)) : membersChanged(left);
      const fields = fieldsOf(members, asWritten(await edits.siteFields(issue.projectKey), left));
      return authorship.ofAnother(lastChangeOf(issue, fields));
    },
    async prepare(payload, _mark, seen) {
      const { issueKey } = payload;
      const issue = await jira.getIssue(issueKey);
      const site = await readSite(edits, payload, issue);
      if ('settled' in site) {
        return site;
      }
      const now = standingOf(payload, issue, site.estimateNow);
      const wanted = wantedOf(payload, issue, site.sprintId);
      if (driftOf(wanted, now).length === 0) {
        return { settled: 'executed', message: `${issueKey} already stands so` };
      }
      const conflict = conflictOf(issue, seen, now);
      if (conflict !== null) {
        return conflict;
      }
      const write = writeOf(payload, site);
      return {
        request: edits.requests.updateFields(write),
        stood: { before: now, after: wanted, ...estimateOf(write) },
        precheck: async () => null,
        send: async (signal) => {
          await edits.updateFields(write, signal);
          return { remoteId: null };
        },
      };
    },
  };
}

function estimateOf({ estimate }: FieldsWrite): Pick<Stood, 'estimateField'> {
  return estimate === undefined ? {} : { estimateField: estimate.field };
}

/** The site's fields with the one that was written: by now the setting may name another. */
export function asWritten(site: SiteFields, stood: Stood | null): SiteFields {
  const { estimateField: written = site.estimate } = stood ?? {};
  return written === site.estimate ? site : { ...site, estimate: written, estimateName: null };
}

/** By which names Jira's history may tell of them: Cloud by the field's id, Data Center by its name. */
export function fieldsOf(members: readonly string[], site: SiteFields): readonly string[] {
  const custom = [
    ...(members.includes('sprint') ? ['sprint', site.sprint] : []),
    ...(members.includes('estimate')
      ? ['story points', 'story point estimate', site.estimateName, site.estimate]
      : []),
  ];
  return [...members, ...custom.filter((field) => field !== null)];
}

interface Site {
  readonly estimateField: string | null;
  readonly sprintField: string | null;
  readonly estimateNow: number | null;
  readonly sprintId: number | null;
}

/** What the request needs of the site; asked for only where the payload touches it. */
async function readSite(
  edits: JiraEdits,
  payload: JiraUpdateFields,
  { projectKey }: JiraIssue,
): Promise<Site | Settled> {
  const { estimate, sprint } = payload;
  const none = { sprint: null, estimate: null, estimateName: null };
  const fields = estimate === null && sprint === null ? none : await edits.siteFields(projectKey);
  if (estimate !== null && fields.estimate === null) {
    return impossible(noEstimate(projectKey, fields.estimateName));
  }
  const sprintId = sprint === null ? null : await edits.sprintOf(projectKey, sprint);
  if (sprint !== null && (fields.sprint === null || sprintId === null)) {
    return impossible(`no board of ${projectKey} has ${sprint === 'active' ? 'a running' : 'a next'} sprint`);
  }
  const estimateNow = await readEstimate(edits, payload, fields.estimate);
  return { estimateField: fields.estimate, sprintField: fields.sprint, estimateNow, sprintId };
}

function noEstimate(projectKey: string, named: string | null): string {
  const setting = 'teams[].jira.estimateField of pm-agent.yaml';
  return named === null
    ? `this Jira has no number field named "Story Points" or "Story point estimate" for ${projectKey}; name its own in ${setting}`
    : `this Jira has no number field "${named}" for ${projectKey}, which ${setting} names`;
}

function impossible(message: string): Settled {
  return { settled: 'failed', message };
}

async function estimateField(
  edits: JiraEdits,
  { estimate }: JiraUpdateFields,
  { projectKey }: JiraIssue,
): Promise<string | null> {
  return estimate === null ? null : (await edits.siteFields(projectKey)).estimate;
}

/** The sprint that an earlier attempt meant: by now "the next one" may be another. */
async function meantSprint(
  edits: JiraEdits,
  { sprint }: JiraUpdateFields,
  { projectKey }: JiraIssue,
  left: Stood | null,
): Promise<number | null> {
  const meant = left?.after['sprint'];
  if (sprint === null || typeof meant === 'number') {
    return typeof meant === 'number' ? meant : null;
  }
  return edits.sprintOf(projectKey, sprint);
}

/** What the estimate holds; null where the payload does not touch it. */
export async function readEstimate(
  edits: JiraEdits,
  { issueKey, estimate }: JiraUpdateFields,
  field: string | null,
): Promise<number | null> {
  return estimate === null || field === null ? null : edits.readNumber(issueKey, field);
}

/** How the fields stand that the payload touches, under the names that a decision saw them by. */
export function standingOf(
  payload: JiraUpdateFields,
  issue: JiraIssue,
  estimateNow: number | null,
): Standing {
  const { priority, addLabels, removeLabels, dueDate, estimate, sprint } = payload;
  return {
    ...(priority === null ? {} : { priority: issue.priority }),
    ...(addLabels.length + removeLabels.length === 0 ? {} : { labels: issue.labels.toSorted() }),
    ...(dueDate === null ? {} : { dueDate: issue.dueDate }),
    ...(estimate === null ? {} : { estimate: estimateNow }),
    ...(sprint === null ? {} : { sprint: issue.sprint?.id ?? null }),
  };
}

function wantedOf(payload: JiraUpdateFields, issue: JiraIssue, sprintId: number | null): Standing {
  const { priority, addLabels, removeLabels, dueDate, estimate } = payload;
  const kept = issue.labels.filter((label) => !removeLabels.includes(label));
  const labels = [...new Set([...kept, ...addLabels])].toSorted();
  const wanted = { priority, labels, dueDate, estimate, sprint: sprintId };
  const touched = Object.keys(standingOf(payload, issue, null)) as (keyof typeof wanted)[];
  return Object.fromEntries(touched.map((member) => [member, wanted[member]]));
}

function writeOf(payload: JiraUpdateFields, site: Site): FieldsWrite {
  const { issueKey, priority, addLabels, removeLabels, dueDate, estimate } = payload;
  const { estimateField, sprintField, sprintId } = site;
  return {
    issueKey,
    addLabels,
    removeLabels,
    ...(priority === null ? {} : { priority }),
    ...(dueDate === null ? {} : { dueDate }),
    ...(estimate === null || estimateField === null
      ? {}
      : { estimate: { field: estimateField, value: estimate } }),
    ...(sprintId === null || sprintField === null ? {} : { sprint: { field: sprintField, id: sprintId } }),
  };
}
