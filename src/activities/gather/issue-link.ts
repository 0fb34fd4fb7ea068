import type { IssueLinkEvent } from '../../domain/event.js';
import { type Gatherer, NO_FACTS } from './gatherer.js';
import { addFurtherIssue, addSprintOf, readIssue } from './issue-context.js';

/** The link's source is what may be acted on; its destination is told about. */
export const gatherIssueLink: Gatherer<IssueLinkEvent> = async (event, sources) => {
  const { sourceIssueId, destinationIssueId } = event.link;
  const [source, destination] = await Promise.allSettled([
    readIssue({ id: sourceIssueId, key: null }, sources),
    sources.collector.optional(
      sources.issues.readIssue({ id: destinationIssueId, key: null }),
      `issue ${destinationIssueId}`,
    ),
  ]);
  if (source.status === 'rejected') {
    throw source.reason;
  }
  if (destination.status === 'rejected') {
    throw destination.reason;
  }
  const issue = source.value;
  if (destination.value === null) {
    return { facts: { ...NO_FACTS, issue }, title: `${issue.key} ${issue.summary}` };
  }
  const other = destination.value;
  const { key } = other.issue;
  addFurtherIssue(other, sources.collector);
  addSprintOf(other, sources.collector);
  return {
    // A removed link is no longer on the issue itself.
    facts: { ...NO_FACTS, issue: { ...issue, linkedKeys: [...new Set([...issue.linkedKeys, key])] } },
    title: `${issue.key} and ${key}`,
  };
};
