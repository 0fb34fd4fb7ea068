/** Finds issues by words. The query is made here, of parts that cannot leave their place in it. */
import { z } from 'zod';
import type { HttpClient } from '../http.js';
import { isoUtc, toUser } from './convert.js';
import type { FoundIssue, IssueSearch } from './jira.js';
import { statusSchema, userSchema } from './schema.js';

const FIELDS = 'summary,status,assignee,priority,updated,project';
/** Each has to be found; more than these say little more. */
const MOST_WORDS = 8;

const foundSchema = z.object({
  issues: z.array(
    z.object({
      key: z.string(),
      fields: z.object({
        summary: z.string().nullish(),
        status: statusSchema,
        assignee: userSchema.nullish(),
        priority: z.object({ name: z.string() }).nullish(),
        updated: z.string().nullish(),
        project: z.object({ key: z.string() }).nullish(),
      }),
    }),
  ),
});

const STATES: { readonly [S in IssueSearch['state']]: string } = {
  open: ' AND statusCategory != Done',
  done: ' AND statusCategory = Done',
  any: '',
};

/** Latest change first; nothing where the words hold nothing to look for. */
export async function searchIssues(http: HttpClient, search: IssueSearch): Promise<readonly FoundIssue[]> {
  const words = wordsOf(search.words);
  if (words.length === 0 || search.projects.length === 0) {
    return [];
  }
  const query = { jql: jqlOf(search, words), fields: FIELDS, maxResults: search.limit };
  const { issues } = await http.send({ method: 'GET', path: '/rest/api/3/search/jql', query }, foundSchema);
  return issues.map(({ key, fields }) => ({
    key,
    projectKey: fields.project?.key ?? key.slice(0, key.lastIndexOf('-')),
    summary: fields.summary ?? '',
    status: fields.status?.name ?? '',
    assignee: toUser(fields.assignee)?.displayName ?? null,
    priority: fields.priority?.name ?? null,
    updated: fields.updated === null || fields.updated === undefined ? null : isoUtc(fields.updated),
  }));
}

function jqlOf({ projects, state }: IssueSearch, words: readonly string[]): string {
  const places = projects.map(quoted).join(', ');
  const texts = words.map((word) => ` AND text ~ ${quoted(word)}`).join('');
  return `project in (${places})${texts}${STATES[state]} ORDER BY updated DESC`;
}

/** Letters and digits alone: everything else means something to JQL's text search. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_WORDS);
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
