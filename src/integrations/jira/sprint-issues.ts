/** How the issues of a sprint stand. */
import { type HttpClient, segment } from '../http.js';
import { outOfSight } from '../out-of-sight.js';
import { toUser } from './convert.js';
import { fieldListSchema } from './edits-schema.js';
import { type EstimateFieldOf, estimateIn, isEstimateField } from './estimates.js';
import type { JiraSprintIssue } from './jira.js';
import { type SprintIssueJson, sprintIssuesSchema } from './schema.js';

const PAGE = 100;
const MAX_PAGES = 50;
/** Of a site with hundreds of numbers, so many may be an estimate: Jira's own names come first. An address has its bounds. */
const NUMBERS = 100;

export function sprintPath(id: number): string {
  return `/rest/agile/1.0/sprint/${segment(String(id))}`;
}

/** All of them; throws an `outOfSight` where there are more than can be looked through. */
export async function getSprintIssues(
  http: HttpClient,
  id: number,
  estimateFieldOf: EstimateFieldOf,
): Promise<readonly JiraSprintIssue[]> {
  const names = await numberFields(http);
  const fields = ['summary', 'status', 'assignee', 'project', ...Object.keys(names)].join(',');
  const all: JiraSprintIssue[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { fields, startAt: all.length, maxResults: PAGE };
    const path = `${sprintPath(id)}/issue`;
    const { issues, total } = await http.send({ method: 'GET', path, query }, sprintIssuesSchema);
    all.push(...issues.map((issue) => toSprintIssue(issue, names, estimateFieldOf)));
    if (issues.length === 0 || all.length >= (total ?? all.length)) {
      return all;
    }
  }
  throw outOfSight('jira', `the issues of sprint ${id}`, PAGE * MAX_PAGES);
}

/** A page of a sprint names its fields by ids alone, and its issues may be of several projects: names by ids. */
async function numberFields(http: HttpClient): Promise<Readonly<Record<string, string>>> {
  const all = await http.send({ method: 'GET', path: '/rest/api/3/field' }, fieldListSchema);
  const numbers = all.filter(({ id, schema }) => schema?.type === 'number' && id.startsWith('customfield_'));
  const [estimates, others] = [true, false].map((wanted) =>
    numbers.filter((field) => isEstimateField(field, null) === wanted),
  );
  const asked = [...(estimates ?? []), ...(others ?? [])].slice(0, NUMBERS);
  return Object.fromEntries(asked.map(({ id, name }) => [id, name]));
}

function toSprintIssue(
  { key, fields }: SprintIssueJson,
  names: Readonly<Record<string, string>>,
  estimateFieldOf: EstimateFieldOf,
): JiraSprintIssue {
  const projectKey = fields?.project?.key ?? key.split('-')[0] ?? key;
  return {
    key,
    summary: fields?.summary ?? '',
    status: fields?.status?.name ?? '',
    statusCategory: fields?.status?.statusCategory?.key ?? null,
    assignee: toUser(fields?.assignee)?.displayName ?? null,
    estimate:
      fields === null || fields === undefined ? null : estimateIn(fields, names, estimateFieldOf(projectKey)),
  };
}
