/** The fields that go by another id on every site, and the estimate by another one in some projects. */
import { z } from 'zod';
import { type HttpClient, segment } from '../http.js';
import type { SiteFields } from './edits.js';
import { type FieldJson, fieldListSchema } from './edits-schema.js';
import { ESTIMATES, isEstimateField } from './estimates.js';

const projectIdSchema = z.object({ id: z.string() });

/** @param named what pm-agent.yaml says that the project's estimate is: a name or an id; null where it says nothing */
export async function readSiteFields(
  http: HttpClient,
  projectKey: string,
  named: string | null,
): Promise<SiteFields> {
  const all = await http.send({ method: 'GET', path: '/rest/api/3/field' }, fieldListSchema);
  const numbers = all.filter((field) => isEstimate(field, named));
  const own = numbers.some(({ scope }) => scope?.project) ? await projectId(http, projectKey) : null;
  const usable = numbers.filter(({ scope }) => !scope?.project || scope.project.id === own);
  const estimate = usable.toSorted(byPreference)[0];
  return {
    sprint: all.find(isSprint)?.id ?? null,
    estimate: estimate?.id ?? null,
    estimateName: estimate?.name ?? named,
  };
}

/** A field of one project names it by its id alone. */
async function projectId(http: HttpClient, projectKey: string): Promise<string> {
  const path = `/rest/api/3/project/${segment(projectKey)}`;
  return (await http.send({ method: 'GET', path }, projectIdSchema)).id;
}

function isEstimate(field: FieldJson, named: string | null): boolean {
  return field.schema?.type === 'number' && isEstimateField(field, named);
}

/** The project's own before one of the whole site, then as the names come. */
function byPreference(left: FieldJson, right: FieldJson): number {
  const rank = ({ name, scope }: FieldJson) =>
    (scope?.project ? 0 : ESTIMATES.length) + ESTIMATES.indexOf(name.toLowerCase());
  return rank(left) - rank(right);
}

/** By its type. */
function isSprint({ id, name, schema }: FieldJson): boolean {
  return (
    schema?.custom === 'com.pyxis.greenhopper.jira:gh-sprint' ||
    (id.startsWith('customfield_') && name === 'Sprint')
  );
}
