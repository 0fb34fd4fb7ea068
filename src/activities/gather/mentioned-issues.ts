import type { ContextFacts } from '../../domain/context.js';
import type { GatherSources } from './gatherer.js';
import { addFurtherIssue, addMainIssue } from './issue-context.js';

/** Issues read because their keys stand in a text; keys are ASCII, so that look-alikes match nothing. */
export const MENTION_LIMIT = 2;
const KEY = /(?<![A-Za-z0-9_-])([A-Z][A-Z0-9_]{1,29})-[1-9]\d{0,6}(?![A-Za-z0-9_])/g;

/** The keys that stand in these texts, in their order, once each. */
export function issueKeysIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(KEY) ?? []))];
}

/**
 * Reads the first issues that the texts name, as far as they exist and may be read. The first of them becomes the one
 * that may be acted on; null where there is none.
 */
export async function readMentionedIssues(
  texts: readonly string[],
  sources: GatherSources,
): Promise<ContextFacts['issue']> {
  const keys = issueKeysIn(texts)
    .filter((key) => sources.mayRead(key.slice(0, key.lastIndexOf('-'))))
    .slice(0, MENTION_LIMIT);
  const read = await Promise.all(
    keys.map((key) => sources.collector.optional(sources.jira.getIssue(key), `issue ${key}`)),
  );
  const [main, ...further] = read.filter((issue) => issue !== null);
  if (main === undefined) {
    return null;
  }
  const facts = await addMainIssue(main, sources);
  for (const issue of further) {
    addFurtherIssue(issue, sources.collector);
  }
  return facts;
}
