import { projectOfKey } from '../../domain/actions/jira-issue.js';
import type { ContextFacts } from '../../domain/context.js';
import type { IssueReading } from '../../integrations/jira/issue-reader.js';
import type { GatherSources } from './gatherer.js';
import { addFurtherIssue, addMainIssue } from './issue-context.js';
import { issueKeysIn } from './issue-keys.js';

/** Issues read because their keys stand in a text. */
export const MENTION_LIMIT = 2;

/**
 * Reads the first issues that the texts name, as far as they exist and may be read. The first of them becomes the one
 * that may be acted on, with its pull requests where they are wanted; null where there is none.
 */
export async function readMentionedIssues(
  texts: readonly string[],
  sources: GatherSources,
  about: { readonly pullRequests: boolean },
): Promise<ContextFacts['issue']> {
  const keys = issueKeysIn(texts)
    .filter((key) => sources.mayRead(projectOfKey(key)))
    .slice(0, MENTION_LIMIT);
  const read = await Promise.all(keys.map((key) => readMentioned(key, sources)));
  const [main, ...further] = read.filter((issue) => issue !== null);
  if (main === undefined) {
    return null;
  }
  const facts = await addMainIssue(main, sources, about);
  for (const issue of further) {
    addFurtherIssue(issue, sources);
  }
  return facts;
}

/** A key goes on leading to an issue that was moved: what counts is where it is. */
async function readMentioned(
  key: string,
  { issues, collector, mayRead }: GatherSources,
): Promise<IssueReading | null> {
  const reading = await collector.optional(issues.readIssue({ id: null, key }), `issue ${key}`);
  if (reading === null || mayRead(reading.issue.projectKey)) {
    return reading;
  }
  collector.leaveOut(`issue ${key}: it was moved to a project that is not read here`);
  return null;
}
