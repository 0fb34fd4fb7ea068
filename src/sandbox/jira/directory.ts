import type {
  JiraProjectRecord,
  JiraStatusRecord,
  JiraTransitionRecord,
  JiraUserRecord,
  StatusCategoryKey,
} from './records.js';

/** Users, projects, statuses and the workflow. */
export interface DirectoryState {
  users(): JiraUserRecord[];
  findUser(accountId: string): JiraUserRecord | null;
  saveUser(user: JiraUserRecord): void;
  projects(): JiraProjectRecord[];
  /** By key or id. */
  findProject(keyOrId: string): JiraProjectRecord | null;
  saveProject(project: JiraProjectRecord): void;
  statuses(): JiraStatusRecord[];
  findStatus(id: string): JiraStatusRecord | null;
  /** The status of this name (whatever its case), made where it is missing. */
  ensureStatus(name: string, category?: StatusCategoryKey): JiraStatusRecord;
  /** What can be done from this status. A status outside the workflow leads everywhere. */
  /** What the workflow of this project offers from there. */
  transitionsFrom(statusId: string, projectKey: string): JiraTransitionRecord[];
  saveTransition(transition: JiraTransitionRecord): void;
}
