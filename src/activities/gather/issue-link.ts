import type { IssueLinkEvent } from '../../domain/event.js';
import type { IssueReading } from '../../integrations/jira/issue-reader.js';
import { type Gatherer, type GatherSources, NO_FACTS, OutOfReach } from './gatherer.js';
import { addFurtherIssue, addMainIssue, addSprintOf } from './issue-context.js';

/**
 * The link's source is what may be acted on; its destination is told about. Whoever can link can link anything: where the source
 * is in no team's project, it is the destination that is acted on, and of another team's issue only its key is told.
 */
export const gatherIssueLink: Gatherer<IssueLinkEvent> = async (event, sources) => {
  const [main, other] = inTheirParts(await bothEnds(event, sources), sources);
  const issue = await addMainIssue(main, sources, { pullRequests: true });
  if (other === null) {
    return { facts: { ...NO_FACTS, issue }, title: `${issue.key} ${issue.summary}` };
  }
  const { key } = other.issue;
  addOther(main, other, sources);
  return {
    // A removed link is no longer on the issue itself.
    facts: { ...NO_FACTS, issue: { ...issue, linkedKeys: [...new Set([...issue.linkedKeys, key])] } },
    title: `${issue.key} and ${key}`,
  };
};

type Ends = readonly [source: IssueReading, destination: IssueReading | null];

async function bothEnds(
  { link: { sourceIssueId, destinationIssueId } }: IssueLinkEvent,
  { issues, collector }: GatherSources,
): Promise<Ends> {
  const [source, destination] = await Promise.allSettled([
    issues.readIssue({ id: sourceIssueId, key: null }),
    collector.optional(
      issues.readIssue({ id: destinationIssueId, key: null }),
      `issue ${destinationIssueId}`,
    ),
  ]);
  if (source.status === 'rejected') {
    throw source.reason;
  }
  if (destination.status === 'rejected') {
    throw destination.reason;
  }
  return [source.value, destination.value];
}

function inTheirParts(
  [source, destination]: Ends,
  { mayRead }: GatherSources,
): readonly [main: IssueReading, other: IssueReading | null] {
  const isOurs = ({ issue: { projectKey } }: IssueReading) => mayRead(projectKey, projectKey);
  if (isOurs(source)) {
    return [source, destination];
  }
  if (destination === null || !isOurs(destination)) {
    throw new OutOfReach(source.issue.key, source.issue.projectKey);
  }
  return [destination, source];
}

function addOther(main: IssueReading, other: IssueReading, sources: GatherSources): void {
  const { key, projectKey } = other.issue;
  if (sources.mayRead(projectKey, main.issue.projectKey)) {
    addFurtherIssue(other, sources);
    addSprintOf(other, sources.collector);
  } else {
    sources.collector.leaveOut(`what ${key} is about: it is in a project that is not read here`);
  }
}
