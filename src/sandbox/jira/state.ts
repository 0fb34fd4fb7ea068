/** The simulated Jira as plain functions. `save…` stores silently; everything else acts as the user `by` and sends the webhook. */
import type { CommentState } from './comments.js';
import type { DirectoryState } from './directory.js';
import type { IssueState } from './issues.js';
import type { LinkState } from './links.js';
import type { SprintState } from './sprints.js';

export type JiraState = DirectoryState & IssueState & CommentState & LinkState & SprintState;
