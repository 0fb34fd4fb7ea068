/** What an issue is estimated at: a field of another id on every site, and of another name in some projects. */
import type { FieldsJson } from './schema.js';

/** Names that estimates go by, in the order of preference; Jira Cloud's company-managed and team-managed projects differ. */
export const ESTIMATES = ['story points', 'story point estimate'];

/** What pm-agent.yaml calls the estimate of a project: a name or an id; null where it says nothing. */
export type EstimateFieldOf = (projectKey: string) => string | null;

/** In the project's own unit; `none`: the project estimates, and this issue is not estimated; null: it does not estimate. */
export type Estimate = number | 'none' | null;

/** Is this field the estimate? By its name, for no type tells one number from another. */
export function isEstimateField({ id, name }: { id: string; name: string }, named: string | null): boolean {
  const names = named === null ? ESTIMATES : [named.toLowerCase()];
  return id === named || names.includes(name.toLowerCase());
}

/**
 * @param names of the fields, by their ids, as Jira expands them: it shows a field that a project does not have to no issue of it.
 *   An issue of a project that has both of Jira's is estimated where one of them holds a number.
 */
export function estimateIn(
  fields: FieldsJson,
  names: Readonly<Record<string, string>>,
  named: string | null,
): Estimate {
  const values = Object.entries(names)
    .filter(([id, name]) => Object.hasOwn(fields, id) && isEstimateField({ id, name }, named))
    .toSorted(([, left], [, right]) => rankOf(left) - rankOf(right))
    .map(([id]) => fields[id]);
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers[0] ?? (values.length === 0 ? null : 'none');
}

function rankOf(name: string): number {
  return ESTIMATES.indexOf(name.toLowerCase());
}
