/** Finding the sprint of an issue: its custom field has another id on every site, and an older spelling on servers. */
import type { JiraSprint } from './jira.js';
import { type FieldsJson, type SprintJson, sprintSchema } from './schema.js';

const STATES = ['active', 'future', 'closed'];

/** The active sprint, else the next one, else the last that was closed; null where no field holds any. */
export function sprintOf(fields: FieldsJson): JiraSprint | null {
  const found = Object.entries(fields)
    .filter(([name]) => name === 'sprint' || name === 'closedSprints' || name.startsWith('customfield_'))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .flatMap(sprintIn);
  const rank = (sprint: JiraSprint): number => STATES.indexOf(sprint.state);
  const [best = null] = found.sort((left, right) => rank(left) - rank(right) || right.id - left.id);
  return best;
}

function sprintIn(value: unknown): JiraSprint[] {
  const candidate = typeof value === 'string' ? legacySprint(value) : value;
  const parsed = sprintSchema.safeParse(candidate);
  return parsed.success && STATES.includes(parsed.data.state.toLowerCase()) ? [toSprint(parsed.data)] : [];
}

export function toSprint(sprint: SprintJson): JiraSprint {
  return {
    id: sprint.id,
    name: sprint.name,
    state: sprint.state.toLowerCase(),
    goal: sprint.goal === undefined || sprint.goal === '' ? null : sprint.goal,
    startDate: sprint.startDate ?? null,
    endDate: sprint.endDate ?? null,
  };
}

/** `com.atlassian.greenhopper.service.sprint.Sprint@1f[id=7,state=ACTIVE,name=A, B,goal=<null>]`: names may hold commas. */
function legacySprint(text: string): Readonly<Record<string, unknown>> | null {
  const inside = /^com\.atlassian\.greenhopper\.[\w.]*Sprint@[0-9a-f]+\[([\s\S]*)\]$/.exec(text)?.[1];
  if (inside === undefined) {
    return null;
  }
  const members = [...inside.matchAll(/(?:^|,)(\w+)=([\s\S]*?)(?=,\w+=|$)/g)].map(
    ([, name = '', value = '']) => [name, value === '<null>' ? null : value] as const,
  );
  const sprint = Object.fromEntries(members);
  return { ...sprint, id: Number(sprint['id']) };
}
