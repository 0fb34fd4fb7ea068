import type { JiraLinkRecord, JiraLinkTypeRecord, JiraRemoteLinkRecord } from './records.js';

export interface LinkState {
  linkTypes(): JiraLinkTypeRecord[];
  saveLinkType(type: JiraLinkTypeRecord): void;
  links(issueId: string): JiraLinkRecord[];
  findLink(id: string): JiraLinkRecord | null;
  saveLink(link: JiraLinkRecord): void;
  /** Sends `issuelink_created`. The source "blocks" the destination. */
  createLink(typeId: string, sourceIssueId: string, destinationIssueId: string): JiraLinkRecord;
  deleteLink(link: JiraLinkRecord): void;
  remoteLinks(issueId: string): JiraRemoteLinkRecord[];
  addRemoteLink(link: Omit<JiraRemoteLinkRecord, 'id'>): JiraRemoteLinkRecord;
}
