import { sprintClosedKey, sprintStartedKey } from '../../domain/change-key.js';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_NAME_LIMIT, EVENT_TITLE_LIMIT } from '../../domain/event.js';
import { sprintSubject } from '../../domain/subject.js';
import type { FoundChange } from '../../domain/sweep.js';
import { siteOf } from '../../domain/tenant.js';
import type { BoardSprint } from '../../integrations/jira/changes.js';
import type { ActivityDeps } from '../dependencies.js';
import { found, isSince, type ScopeReader } from './scope-reader.js';

/** A board's sprints: JQL does not know when one started or ended. */
export function createSprintsReader({ jira }: ActivityDeps['changes']): ScopeReader {
  return async ({ scope, cursor }) => {
    const page = await jira.boardSprints(Number(scope.place), Number(cursor ?? 0));
    return {
      cursor: page.nextStartAt === null ? null : String(page.nextStartAt),
      looked: page.sprints.length,
      changes: page.sprints.flatMap((sprint) => sprintChanges(sprint, scope.reportSince)),
    };
  };
}

/** When it was started and when it was closed: all that a sprint says of its past. */
function sprintChanges(sprint: BoardSprint, since: string): readonly FoundChange[] {
  const { id, startDate, completeDate } = sprint;
  return [
    ...(isSince(startDate, since)
      ? [
          found({
            ...commonOf(sprint, startDate),
            type: 'sprint_started',
            changeKey: sprintStartedKey(id),
          }),
        ]
      : []),
    ...(sprint.state === 'closed' && isSince(completeDate, since)
      ? [
          found({
            ...commonOf(sprint, completeDate),
            type: 'sprint_closed',
            changeKey: sprintClosedKey(id, completeDate),
          }),
        ]
      : []),
  ];
}

function commonOf({ self, id, name, state, boardId, goal }: BoardSprint, at: string) {
  return {
    source: 'jira',
    tenant: siteOf(self),
    subject: sprintSubject(id),
    project: null,
    occurredAt: at,
    actor: null,
    sprint: {
      id,
      name: cutText(name, EVENT_TITLE_LIMIT),
      state: cutText(state, EVENT_NAME_LIMIT),
      boardId,
      goal: goal === null ? null : cutText(goal, EVENT_TITLE_LIMIT),
    },
  } as const;
}
