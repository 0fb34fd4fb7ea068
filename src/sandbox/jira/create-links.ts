import type { Scope } from '../scope.js';
import type { IssueState } from './issues.js';
import type { LinkState } from './links.js';
import type { JiraChangeItem, JiraLinkRecord, JiraLinkTypeRecord, JiraRemoteLinkRecord } from './records.js';
import type { JiraWebhooks } from './webhooks.js';

const FIRST_LINK_ID = 4_200_101;
const FIRST_REMOTE_LINK_ID = 5_200_001;

type Histories = Pick<IssueState, 'findIssue' | 'noteChange'>;
type LinkEvent = 'issuelink_created' | 'issuelink_deleted';

/** Issue links and remote links in the store. */
export function createLinks({ store }: Scope, issues: Histories, webhooks: JiraWebhooks): LinkState {
  const all = () => store.list<JiraLinkRecord>('jira', 'link');
  const types = () => store.list<JiraLinkTypeRecord>('jira', 'linkType');
  const save = (link: JiraLinkRecord) => store.put('jira', 'link', link.id, link);
  const announce = (by: string, event: LinkEvent, link: JiraLinkRecord) => {
    const type = types().find(({ id }) => id === link.typeId);
    if (type === undefined) return;
    noteAtBothEnds(issues, by, event, link, type);
    webhooks.link(event, link, type);
  };
  return {
    linkTypes: types,
    saveLinkType: (type) => store.put('jira', 'linkType', type.id, type),
    links: (issueId) =>
      all().filter((link) => link.sourceIssueId === issueId || link.destinationIssueId === issueId),
    findLink: (id) => store.get<JiraLinkRecord>('jira', 'link', id),
    saveLink: save,
    createLink: (by, fields) =>
      store.transaction(() => {
        const link = { id: String(store.nextNumber('jira.link', FIRST_LINK_ID)), ...fields };
        save(link);
        announce(by, 'issuelink_created', link);
        return link;
      }),
    deleteLink: (by, link) =>
      store.transaction(() => {
        store.remove('jira', 'link', link.id);
        announce(by, 'issuelink_deleted', link);
      }),
    remoteLinks: (issueId) => store.list<JiraRemoteLinkRecord>('jira', 'remoteLink', issueId),
    addRemoteLink: (fields) => {
      const link = { id: store.nextNumber('jira.remoteLink', FIRST_REMOTE_LINK_ID), ...fields };
      store.put('jira', 'remoteLink', String(link.id), link, link.issueId);
      return link;
    },
  };
}

function noteAtBothEnds(
  { findIssue, noteChange }: Histories,
  by: string,
  event: LinkEvent,
  link: JiraLinkRecord,
  type: JiraLinkTypeRecord,
): void {
  const source = findIssue(link.sourceIssueId);
  const destination = findIssue(link.destinationIssueId);
  if (source === null || destination === null) return;
  noteChange(by, source, [linkItem(event, destination.key, type.outward)]);
  noteChange(by, destination, [linkItem(event, source.key, type.inward)]);
}

function linkItem(event: LinkEvent, otherKey: string, verb: string): JiraChangeItem {
  const words = `This issue ${verb} ${otherKey}`;
  const isNew = event === 'issuelink_created';
  return {
    field: 'Link',
    fieldId: 'issuelinks',
    from: isNew ? null : otherKey,
    fromString: isNew ? null : words,
    to: isNew ? otherKey : null,
    toString: isNew ? words : null,
  };
}
