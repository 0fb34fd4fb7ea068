import type { Scope } from '../scope.js';
import type { LinkState } from './links.js';
import type { JiraLinkRecord, JiraLinkTypeRecord, JiraRemoteLinkRecord } from './records.js';
import type { JiraWebhooks } from './webhooks.js';

const FIRST_LINK_ID = 4_200_001;
const FIRST_REMOTE_LINK_ID = 5_200_001;

/** Issue links and remote links in the store. */
export function createLinks({ store }: Scope, webhooks: JiraWebhooks): LinkState {
  const all = () => store.list<JiraLinkRecord>('jira', 'link');
  const types = () => store.list<JiraLinkTypeRecord>('jira', 'linkType');
  const save = (link: JiraLinkRecord) => store.put('jira', 'link', link.id, link);
  const announce = (event: 'issuelink_created' | 'issuelink_deleted', link: JiraLinkRecord) => {
    const type = types().find(({ id }) => id === link.typeId);
    if (type !== undefined) webhooks.link(event, link, type);
  };
  return {
    linkTypes: types,
    saveLinkType: (type) => store.put('jira', 'linkType', type.id, type),
    links: (issueId) =>
      all().filter((link) => link.sourceIssueId === issueId || link.destinationIssueId === issueId),
    findLink: (id) => store.get<JiraLinkRecord>('jira', 'link', id),
    saveLink: save,
    createLink: (typeId, sourceIssueId, destinationIssueId) =>
      store.transaction(() => {
        const id = String(store.nextNumber('jira.link', FIRST_LINK_ID));
        const link = { id, typeId, sourceIssueId, destinationIssueId };
        save(link);
        announce('issuelink_created', link);
        return link;
      }),
    deleteLink: (link) =>
      store.transaction(() => {
        store.remove('jira', 'link', link.id);
        announce('issuelink_deleted', link);
      }),
    remoteLinks: (issueId) => store.list<JiraRemoteLinkRecord>('jira', 'remoteLink', issueId),
    addRemoteLink: (fields) => {
      const link = { id: store.nextNumber('jira.remoteLink', FIRST_REMOTE_LINK_ID), ...fields };
      store.put('jira', 'remoteLink', String(link.id), link, link.issueId);
      return link;
    },
  };
}
