import type { CommentEvent, IssueEvent, IssueOverdueEvent } from '../../domain/event.js';
import { type Gatherer, NO_FACTS } from './gatherer.js';
import { readIssue } from './issue-context.js';

export const gatherIssue: Gatherer<IssueEvent | IssueOverdueEvent | CommentEvent> = async (
  event,
  sources,
) => {
  const issue = await readIssue(event.issue, sources);
  return { facts: { ...NO_FACTS, issue }, title: `${issue.key} ${issue.summary}` };
};
