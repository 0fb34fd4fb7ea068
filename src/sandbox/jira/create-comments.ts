import { nowIso, type Scope } from '../scope.js';
import type { CommentState } from './comments.js';
import type { DirectoryState } from './directory.js';
import type { IssueState } from './issues.js';
import type { JiraCommentRecord, JiraIssueRecord, RichText } from './records.js';
import { richText } from './rich-text.js';
import type { JiraWebhooks } from './webhooks.js';

const FIRST_COMMENT_ID = 2_200_001;

/** Comments in the store. A comment counts as an update of its issue. */
export function createComments(
  scope: Scope,
  known: DirectoryState & Pick<IssueState, 'findIssue' | 'saveIssue'>,
  webhooks: JiraWebhooks,
): CommentState {
  const { store } = scope;
  const find = (id: string) => store.get<JiraCommentRecord>('jira', 'comment', id);
  const save = (comment: JiraCommentRecord) =>
    store.put('jira', 'comment', comment.id, comment, comment.issueId);
  const text = (body: string | RichText) => richText(body, (id) => known.findUser(id)?.displayName ?? null);
  const touch = (issue: JiraIssueRecord) => known.saveIssue({ ...issue, updated: nowIso(scope) });
  return {
    comments: (issueId) => store.list<JiraCommentRecord>('jira', 'comment', issueId),
    findComment: find,
    saveComment: save,
    addComment: (by, issue, body, properties = []) =>
      store.transaction(() => {
        const now = nowIso(scope);
        const comment = {
          id: newCommentId(scope),
          issueId: issue.id,
          author: by,
          updateAuthor: by,
          body: text(body),
          created: now,
          updated: now,
          properties,
        };
        save(comment);
        touch(known.findIssue(issue.id) ?? issue);
        webhooks.comment('comment_created', issue, comment);
        return comment;
      }),
    editComment: (by, comment, body, properties = []) =>
      store.transaction(() => {
        const others = comment.properties.filter(({ key }) => !properties.some((given) => given.key === key));
        const edited = {
          ...comment,
          updateAuthor: by,
          body: text(body),
          updated: nowIso(scope),
          properties: [...others, ...properties],
        };
        save(edited);
        const issue = known.findIssue(comment.issueId);
        if (issue !== null) touch(issue);
        webhooks.comment('comment_updated', issue, edited);
        return edited;
      }),
    deleteComment: (_by, comment) =>
      store.transaction(() => {
        store.remove('jira', 'comment', comment.id);
        webhooks.comment('comment_deleted', known.findIssue(comment.issueId), comment);
      }),
  };
}

function newCommentId({ store }: Scope): string {
  const next = () => String(store.nextNumber('jira.comment', FIRST_COMMENT_ID));
  let id = next();
  while (store.get('jira', 'comment', id) !== null) id = next();
  return id;
}
