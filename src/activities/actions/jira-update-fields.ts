import type { JiraUpdateFields } from '../../domain/actions/jira-update-fields.js';
import type { Standing } from '../../domain/actions/row.js';
import { driftOf } from '../../domain/actions/standing.js';
import type { FieldsWrite, JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Executor, Settled } from './executor.js';
import { conflictOf } from './issue-conflict.js';

/** Changes fields in one request. The fields themselves tell whether it was done. */
export function jiraUpdateFields(jira: Jira, edits: JiraEdits): Executor<'jira.update_fields'> {
  return {
    async prepare(payload, _mark, seen) {
      const { issueKey } = payload;
      const issue = await jira.getIssue(issueKey);
      const site = await readSite(edits, payload, issue);
      if ('settled' in site) {
        return site;
      }
      const standing = (now: JiraIssue, estimate: number | null) => standingOf(payload, now, estimate);
      const now = standing(issue, site.estimateNow);
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
        stood: { before: now, after: wanted },
        precheck: async () => null,
        findExisting: async () => {
          const estimate = await readEstimate(edits, payload, site.estimateField);
          const found = standing(await jira.getIssue(issueKey), estimate);
          return driftOf(wanted, found).length === 0 ? { remoteId: null } : null;
        },
        send: async (signal) => {
          await edits.updateFields(write, signal);
          return { remoteId: null };
        },
      };
    },
  };
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
  const none = { sprint: null, estimate: null };
  const fields = estimate === null && sprint === null ? none : await edits.siteFields();
  if (estimate !== null && fields.estimate === null) {
    return impossible('this Jira has no number field named "Story Points" or "Story point estimate"');
  }
  const sprintId = sprint === null ? null : await edits.sprintOf(projectKey, sprint);
  if (sprint !== null && (fields.sprint === null || sprintId === null)) {
    return impossible(`no board of ${projectKey} has ${sprint === 'active' ? 'a running' : 'a next'} sprint`);
  }
  const estimateNow = await readEstimate(edits, payload, fields.estimate);
  return { estimateField: fields.estimate, sprintField: fields.sprint, estimateNow, sprintId };
}

function impossible(message: string): Settled {
  return { settled: 'failed', message };
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
