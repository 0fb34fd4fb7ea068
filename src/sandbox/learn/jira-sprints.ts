import type { SandboxDeps } from '../deps.js';
import type { JiraSprintRecord } from '../jira/records.js';
import { at, isRecord, type JsonRecord, textAt } from '../loose-json.js';
import { type Note, toIso } from './note.js';

/** Boards of sprints whose body names none. */
const NAMELESS_BOARD = 90_000;

/** A sprint as an object or as old servers print it; answers its id here, null where the value is none. */
export function learnSprint(
  deps: SandboxDeps,
  value: unknown,
  projectKey: string | null,
  note: Note,
): number | null {
  const raw = typeof value === 'string' ? printedSprint(value) : value;
  const id = Number(textAt(raw, 'id'));
  const name = textAt(raw, 'name');
  if (!Number.isInteger(id) || id <= 0 || name === null) {
    return null;
  }
  const known = deps.jira.findSprint(id);
  const sprint = sprintFrom(raw, known?.name === name || known === null ? id : idByName(deps, name));
  note(`sprint ${sprint.id}`);
  if (deps.jira.findSprint(sprint.id) === null) {
    saveBoard(deps, sprint.boardId, projectKey);
    deps.jira.saveSprint(sprint);
  }
  return sprint.id;
}

/** All sprints of an issue's fields, whatever field holds them. */
export function learnSprints(deps: SandboxDeps, fields: JsonRecord, key: string, note: Note): number[] {
  const projectKey = key.slice(0, key.lastIndexOf('-'));
  const values = Object.entries(fields).flatMap(([field, value]) =>
    field === 'sprint' || field === 'closedSprints' || isSprintField(value) ? [value].flat() : [],
  );
  return values.flatMap((value) => learnSprint(deps, value, projectKey, note) ?? []);
}

/** Does a custom field hold sprints? Its id differs from site to site. */
export function isSprintField(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry: unknown) =>
      typeof entry === 'string'
        ? entry.includes('.greenhopper.service.sprint.Sprint@')
        : isRecord(entry) && at(entry, 'boardId') !== undefined && at(entry, 'state') !== undefined,
    )
  );
}

/** `….Sprint@38c6[id=1,state=ACTIVE,name=Sprint 1,goal=<null>,…]` as an object. */
function printedSprint(text: string): JsonRecord {
  const inside = /\[(.*)\]\s*$/s.exec(text)?.[1] ?? '';
  const pairs = inside.split(/,(?=[a-zA-Z]+=)/).map((pair): [string, string | null] => {
    const [name = '', ...value] = pair.split('=');
    return [name, value.join('=') === '<null>' ? null : value.join('=')];
  });
  return Object.fromEntries(pairs);
}

/** The id of a sprint of this name, or a free one: the body's own id belongs to another sprint here. */
function idByName(deps: SandboxDeps, name: string): number {
  const same = deps.jira.sprints().find((sprint) => sprint.name === name);
  return same?.id ?? deps.store.nextNumber('learn.sprint', 90_001);
}

function sprintFrom(raw: unknown, id: number): JiraSprintRecord {
  const state = textAt(raw, 'state')?.toLowerCase();
  const board = textAt(raw, 'boardId') ?? textAt(raw, 'originBoardId') ?? textAt(raw, 'rapidViewId');
  return {
    id,
    boardId: Number(board ?? NAMELESS_BOARD) || NAMELESS_BOARD,
    name: textAt(raw, 'name') ?? String(id),
    state: state === 'active' || state === 'closed' ? state : 'future',
    goal: textAt(raw, 'goal'),
    startDate: toIso(at(raw, 'startDate')),
    endDate: toIso(at(raw, 'endDate')),
    completeDate: toIso(at(raw, 'completeDate')),
  };
}

function saveBoard(deps: SandboxDeps, id: number, projectKey: string | null): void {
  if (deps.jira.findBoard(id) === null) {
    deps.jira.saveBoard({ id, name: `Board ${id}`, type: 'scrum', projectKey: projectKey ?? 'LEARNED' });
  }
}
