/** What a transition's screen demands, filled in from what is given; what cannot be filled in is said with its values. */
import type { Standing } from '../../domain/actions/row.js';
import type { JiraTransition, MoveFields, TransitionField } from '../../integrations/jira/jira.js';

/** Values by field, as names or ids of a person; null or left out: not known. */
export interface MoveValues {
  readonly resolution?: string | null;
  readonly assignee?: string | null;
  readonly priority?: string | null;
}

export interface Move {
  readonly way: JiraTransition;
  /** What is sent with it. */
  readonly fields: MoveFields;
  /** The same in names, as the ledger keeps it. */
  readonly values: Standing;
}

type Known = keyof MoveValues;

const NAMES: { readonly [K in Known]: string } = {
  resolution: 'Resolution',
  assignee: 'Assignee',
  priority: 'Priority',
};
const KNOWN = Object.keys(NAMES) as readonly Known[];

/**
 * The first of these ways that takes everything that is given, and whose demands are all met.
 * @param given has to be set by the move
 * @param standing is only taken where the move demands it and it is not given
 * @returns the move, or why none can be made, in half a sentence for each way
 */
export function moveAlong(
  ways: readonly JiraTransition[],
  given: MoveValues,
  standing: MoveValues,
): Move | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  for (const way of ways) {
    const filled = fill(way, given, standing);
    if (filled.problems.length === 0) {
      return { way, fields: Object.fromEntries(filled.sent), values: Object.fromEntries(filled.named) };
    }
    problems.push(`"${way.name}" ${filled.problems.join(', and ')}`);
  }
  return { problems };
}

interface Filled {
  readonly sent: [string, unknown][];
  readonly named: [string, string][];
  readonly problems: string[];
}

function fill({ fields = [] }: JiraTransition, given: MoveValues, standing: MoveValues): Filled {
  const filled: Filled = { sent: [], named: [], problems: [] };
  // Who merely may be named by the way is a matter of jira.assign, which rules of its own are written for.
  const taken = fields.filter(({ id, isDemanded }) => id !== 'assignee' || isDemanded);
  const offered = new Set(taken.map(({ id }) => id));
  for (const field of taken) {
    const wanted = wantedFor(field, given, standing);
    if (wanted !== null) {
      take(filled, field, wanted);
    } else if (field.isDemanded) {
      filled.problems.push(`demands ${field.name}${choiceOf(field)}`);
    }
  }
  const foreign = KNOWN.filter((known) => (given[known] ?? null) !== null && !offered.has(known));
  filled.problems.push(...foreign.map((known) => `takes no ${NAMES[known]}`));
  return filled;
}

function wantedFor({ id, isDemanded }: TransitionField, given: MoveValues, standing: MoveValues) {
  const known = KNOWN.find((one) => one === id);
  return known === undefined ? null : (given[known] ?? (isDemanded ? standing[known] : null) ?? null);
}

function take({ sent, named, problems }: Filled, field: TransitionField, wanted: string): void {
  const { id, name, allowed } = field;
  if (id === 'assignee') {
    sent.push([id, { accountId: wanted }]);
    named.push([id, wanted]);
    return;
  }
  const value = allowed?.find((one) => one.name.toLowerCase() === wanted.toLowerCase());
  // Also where Jira lists none: a text of the model's leaves only as one of Jira's own values.
  if (value === undefined) {
    problems.push(`does not take ${JSON.stringify(wanted)} as its ${name}${choiceOf(field)}`);
    return;
  }
  sent.push([id, { id: value.id }]);
  named.push([id, value.name]);
}

function choiceOf({ allowed }: TransitionField): string {
  return allowed === null || allowed.length === 0
    ? ''
    : ` (one of: ${allowed.map(({ name }) => name).join(', ')})`;
}

/** An empty text of a payload is nothing that is given. */
export function givenIn(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
