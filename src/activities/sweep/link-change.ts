import { issueLinkKey } from '../../domain/change-key.js';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_NAME_LIMIT } from '../../domain/event.js';
import { issueSubject } from '../../domain/subject.js';
import type { FoundChange } from '../../domain/sweep.js';
import type {
  IssueChange,
  IssueChangeItem,
  IssueLink,
  UpdatedIssue,
} from '../../integrations/jira/changes.js';
import { commonOf } from './issue-parts.js';
import { found } from './scope-reader.js';

/** A new link has an event of its own, which both of its issues tell; a removed one has left no id. */
export function linkChange(
  issue: UpdatedIssue,
  change: IssueChange,
  item: IssueChangeItem,
): readonly FoundChange[] {
  const link = item.field === 'Link' ? linkOf(issue.links, item) : undefined;
  if (link === undefined) {
    return [];
  }
  const { id, linkType, sourceIssueId, destinationIssueId } = link;
  return [
    found({
      ...commonOf(issue, change.author, change.at),
      type: 'issuelink_created',
      subject: issueSubject({ id: sourceIssueId, key: null }),
      project: null,
      changeKey: issueLinkKey(sourceIssueId, id, 'created'),
      link: {
        id,
        linkType: linkType === null ? null : cutText(linkType, EVENT_NAME_LIMIT),
        sourceIssueId,
        destinationIssueId,
      },
    }),
  ];
}

/** The history names the other issue and the link's words ("This issue blocks PAY-2"), not its id. */
function linkOf(links: readonly IssueLink[], { to, toValue }: IssueChangeItem): IssueLink | undefined {
  const between = links.filter(({ otherKey }) => otherKey === toValue);
  return between.length < 2
    ? between[0]
    : between.find(({ verb }) => verb !== null && to?.includes(` ${verb} `) === true);
}
