import type { JiraBoardRecord, JiraSprintRecord } from './records.js';

export interface SprintState {
  boards(): JiraBoardRecord[];
  findBoard(id: number): JiraBoardRecord | null;
  saveBoard(board: JiraBoardRecord): void;
  /** All, or one board's. */
  sprints(boardId?: number): JiraSprintRecord[];
  findSprint(id: number): JiraSprintRecord | null;
  saveSprint(sprint: JiraSprintRecord): void;
  createSprint(fields: Omit<JiraSprintRecord, 'id' | 'state' | 'completeDate'>): JiraSprintRecord;
  /** Sends `sprint_started`, `sprint_closed` or `sprint_updated`, as the change is. */
  updateSprint(
    sprint: JiraSprintRecord,
    changes: Partial<Omit<JiraSprintRecord, 'id' | 'boardId'>>,
  ): JiraSprintRecord;
}
