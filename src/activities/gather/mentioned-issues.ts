import type { ContextFacts } from '../../domain/context.js';
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
    .filter((key) => sources.mayRead(key.slice(0, key.lastIndexOf('-'))))
    .slice(0, MENTION_LIMIT);
  const read = await Promise.all(
    keys.map((key) =>
      sources.collector.optional(sources.issues.readIssue({ id: null, key }), `issue ${key}`),
    ),
  );
  const [main, ...further] = read.filter((issue) => issue !== null);
  if (main === undefined) {
    return null;
  }
  const facts = await addMainIssue(main, sources, about);
  for (const issue of further) {
    addFurtherIssue(issue, sources.collector);
  }
  return facts;
}
