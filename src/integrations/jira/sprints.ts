/** The sprints of a project, by its boards. */
import { type HttpClient, segment } from '../http.js';
import { outOfSight } from '../out-of-sight.js';
import { type BoardJson, boardsSchema, sprintsSchema } from './edits-schema.js';

const BOARDS = '/rest/agile/1.0/board';
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
      const path = `${BOARDS}/${segment(String(id))}/sprint`;
      const { values } = await http.send({ method: 'GET', path, query: { state } }, sprintsSchema);
      const [first] = values;
      if (first !== undefined) {
        return first.id;
      }
    }
  }
  return null;
}

async function* boardPages(http: HttpClient, projectKey: string): AsyncGenerator<readonly BoardJson[]> {
  let startAt = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { projectKeyOrId: projectKey, type: 'scrum', startAt, maxResults: PAGE };
    const { values, isLast } = await http.send({ method: 'GET', path: BOARDS, query }, boardsSchema);
    yield values;
    startAt += values.length;
    if (values.length === 0 || (isLast ?? values.length < PAGE)) {
      return;
    }
  }
  throw outOfSight('jira', `the boards of ${projectKey}`, PAGE * MOST_PAGES);
}
