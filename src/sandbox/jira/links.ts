import type { JiraLinkRecord, JiraLinkTypeRecord, JiraRemoteLinkRecord } from './records.js';

export interface LinkState {
  linkTypes(): JiraLinkTypeRecord[];
  saveLinkType(type: JiraLinkTypeRecord): void;
  links(issueId: string): JiraLinkRecord[];
  findLink(id: string): JiraLinkRecord | null;
  saveLink(link: JiraLinkRecord): void;
  /** The source "blocks" the destination. Both tell of it in their history, and `issuelink_created` is sent. */
  createLink(by: string, link: Omit<JiraLinkRecord, 'id'>): JiraLinkRecord;
  deleteLink(by: string, link: JiraLinkRecord): void;
  remoteLinks(issueId: string): JiraRemoteLinkRecord[];
  addRemoteLink(link: Omit<JiraRemoteLinkRecord, 'id'>): JiraRemoteLinkRecord;
}
