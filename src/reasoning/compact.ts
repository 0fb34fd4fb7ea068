/** What was read, as a prompt shows it: only what says something, so that most of a prompt is what all prompts share. */

type Members = Readonly<Record<string, unknown>>;

/** An item's data without what is empty, what its id says already, and an `updated` that is when it was created. */
export function compactItem({ id, data }: { readonly id: string; readonly data: Members }): Members {
  const { created, updated } = data;
  return compactMembers(data, ([name, value]) =>
    name === 'id' ? !id.endsWith(`-${String(value)}`) : name !== 'updated' || updated !== created,
  );
}

/** Without null and empty lists, all the way down; times to the minute, in UTC. */
export function compact(value: unknown): unknown {
  if (typeof value === 'string') {
    return TIME.test(value) ? minuteOf(value) : value;
  }
  if (Array.isArray(value)) {
    return value.map(compact);
  }
  return value !== null && typeof value === 'object' ? compactMembers(value as Members) : value;
}

/** The whole text, ISO 8601 with seconds and zone: Bitbucket and older Jiras name another one than UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

/** In UTC; what only looks like a time stays as it is. */
function minuteOf(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : `${new Date(at).toISOString().slice(0, 16)}Z`;
}

function compactMembers(
  members: Members,
  saysMore: (member: [string, unknown]) => boolean = () => true,
): Members {
  return Object.fromEntries(
    Object.entries(members)
      .filter((member) => !isEmpty(member[1]) && saysMore(member))
      .map(([name, value]) => [name, compact(value)]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
