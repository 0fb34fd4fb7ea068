/** The sprints of a project, by its boards. */
import { type HttpClient, segment } from '../http.js';
import { orNull } from '../integration-error.js';
import { outOfSight } from '../out-of-sight.js';
import { type BoardJson, boardsSchema, sprintsSchema } from './edits-schema.js';
import type { SprintJson } from './schema.js';

const BOARDS = '/rest/agile/1.0/board';
/** Boards that can have sprints: those of team-managed projects are `simple`, and have them where the team switched them on. */
const TYPES = 'scrum,simple';
const PAGE = 50;
/** Many boards look at one project where a company has one for each team's filter. */
const MOST_PAGES = 10;

/** The running sprint, or the next one, of the first of the project's boards that has one; null where none has. */
export async function sprintOf(
  http: HttpClient,
  projectKey: string,
  which: 'active' | 'next',
): Promise<number | null> {
  const state = which === 'active' ? 'active' : 'future';
  for await (const boards of boardPages(http, projectKey)) {
    for (const { id } of boards) {
      const [first] = await sprintsOf(http, id, state);
      if (first !== undefined) {
        return first.id;
      }
    }
  }
  return null;
}

/** Jira answers 400 for a board that has no sprints at all. */
async function sprintsOf(http: HttpClient, board: number, state: string): Promise<readonly SprintJson[]> {
  const path = `${BOARDS}/${segment(String(board))}/sprint`;
  const asked = http.send({ method: 'GET', path, query: { state } }, sprintsSchema);
  return (await orNull(asked, ({ status }) => status === 400))?.values ?? [];
}

async function* boardPages(http: HttpClient, projectKey: string): AsyncGenerator<readonly BoardJson[]> {
  let startAt = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { projectKeyOrId: projectKey, type: TYPES, startAt, maxResults: PAGE };
    const { values, isLast } = await http.send({ method: 'GET', path: BOARDS, query }, boardsSchema);
    yield values;
    startAt += values.length;
    if (values.length === 0 || (isLast ?? values.length < PAGE)) {
      return;
    }
  }
  throw outOfSight('jira', `the boards of ${projectKey}`, PAGE * MOST_PAGES);
}
