import type { JiraCommentRecord, JiraIssueRecord, RichText } from './records.js';

export interface CommentState {
  /** Oldest first. */
  comments(issueId: string): JiraCommentRecord[];
  findComment(id: string): JiraCommentRecord | null;
  /** Stores the record as it is, without a webhook. */
  saveComment(comment: JiraCommentRecord): void;
  /** A string is wiki markup; `[~accountid:…]` mentions. */
  addComment(
    by: string,
    issue: JiraIssueRecord,
    body: string | RichText,
    properties?: { key: string; value: unknown }[],
  ): JiraCommentRecord;
  /** Properties that are given take the place of those with their keys. */
  editComment(
    by: string,
    comment: JiraCommentRecord,
    body: string | RichText,
    properties?: { key: string; value: unknown }[],
  ): JiraCommentRecord;
  deleteComment(by: string, comment: JiraCommentRecord): void;
}
