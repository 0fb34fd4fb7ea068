import { nowIso, type Scope } from '../scope.js';
import type { JiraBoardRecord, JiraSprintRecord } from './records.js';
import type { SprintState } from './sprints.js';
import type { JiraWebhooks, SprintEventName } from './webhooks.js';

const FIRST_SPRINT_ID = 101;

/** Boards and sprints in the store. */
export function createSprints(scope: Scope, webhooks: JiraWebhooks): SprintState {
  const { store } = scope;
  const find = (id: number) => store.get<JiraSprintRecord>('jira', 'sprint', String(id));
  const save = (sprint: JiraSprintRecord) =>
    store.put('jira', 'sprint', String(sprint.id), sprint, String(sprint.boardId));
  return {
    boards: () => store.list<JiraBoardRecord>('jira', 'board'),
    findBoard: (id) => store.get<JiraBoardRecord>('jira', 'board', String(id)),
    saveBoard: (board) => store.put('jira', 'board', String(board.id), board),
    sprints: (boardId) =>
      store.list<JiraSprintRecord>('jira', 'sprint', boardId === undefined ? undefined : String(boardId)),
    findSprint: find,
    saveSprint: save,
    createSprint: (fields) =>
      store.transaction(() => {
        let id = store.nextNumber('jira.sprint', FIRST_SPRINT_ID);
        while (find(id) !== null) id = store.nextNumber('jira.sprint', FIRST_SPRINT_ID);
        const sprint: JiraSprintRecord = { ...fields, id, state: 'future', completeDate: null };
        save(sprint);
        webhooks.sprint('sprint_created', sprint, null);
        return sprint;
      }),
    updateSprint: (sprint, changes) =>
      store.transaction(() => {
        const after = dated(scope, sprint, { ...sprint, ...changes });
        save(after);
        webhooks.sprint(eventOf(sprint, after), after, sprint);
        return after;
      }),
  };
}

function dated(scope: Scope, before: JiraSprintRecord, after: JiraSprintRecord): JiraSprintRecord {
  if (before.state === after.state) return after;
  if (after.state === 'closed') return { ...after, completeDate: after.completeDate ?? nowIso(scope) };
  return { ...after, startDate: after.startDate ?? nowIso(scope) };
}

function eventOf(before: JiraSprintRecord, after: JiraSprintRecord): SprintEventName {
  if (before.state === after.state) return 'sprint_updated';
  return after.state === 'closed' ? 'sprint_closed' : 'sprint_started';
}
