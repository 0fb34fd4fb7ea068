/**
 * What is said of an action where no configuration is known, as in a workflow: recorded with it, in the words of its card, with
 * names in place of ids, and safe to show.
 */
import { jiraNames } from './account-names.js';
import { type Action, describeAction } from './action.js';
import { type Drift, driftSentence } from './actions/standing.js';
import type { Person } from './approval.js';
import type { AutonomyLevel } from './autonomy.js';
import type { ContextFacts } from './context.js';
import { type Acts, whyNothingSent } from './nothing-sent.js';
import { checkText } from './output/check-text.js';
import type { OutputRules } from './output/rule.js';

export interface Said {
  /** "Assign PAY-142 to Ana Lindqvist" */
  readonly what: string;
  /** Why an approval of it sends nothing (`whyNothingSent`), as it was when it was shown; left out where what is approved is sent. */
  readonly nothingSent?: string;
  /** What changed since it was shown first, as a sentence; left out for nothing. */
  readonly drift?: string;
  /** The names of those who may decide it at some time, or may not since they asked for it, by their ids in pm-agent.yaml. */
  readonly people: Readonly<Record<string, string>>;
}

export interface SayingRules {
  readonly people: readonly Person[];
  /** What may leave in a text. */
  readonly output: OutputRules;
  readonly acts: Acts;
}

interface Tellable {
  readonly action: Action;
  readonly autonomy?: { readonly level: AutonomyLevel; readonly project: string | null };
  readonly deciders: readonly string[] | null;
  readonly notBy?: readonly string[];
  readonly backups?: readonly string[];
  readonly escalation?: readonly { readonly deciders: readonly string[] }[];
  readonly said?: Said;
}

/** @param drift left out: what was said of a change before still holds */
export function withSaid<T extends Tellable>(
  planned: T,
  { people, output, acts }: SayingRules,
  { issue }: Pick<ContextFacts, 'issue'>,
  drift?: readonly Drift[],
): T & { readonly said: Said } {
  const safe = (text: string) => checkText(text, output).text;
  const nameOf = jiraNames(people, () => issue?.people ?? []);
  const changed = drift === undefined ? planned.said?.drift : safe(driftSentence(drift, nameOf));
  const { level = null, project = null } = planned.autonomy ?? {};
  const shown = { kind: planned.action.kind, level, project, status: 'awaiting_approval' } as const;
  const nothingSent = whyNothingSent(shown, acts);
  const said: Said = {
    what: safe(describeAction(planned.action, nameOf)),
    ...(nothingSent === null ? {} : { nothingSent }),
    ...(changed === undefined ? {} : { drift: changed }),
    people: namesOf(planned, people),
  };
  return { ...planned, said };
}

function namesOf(
  { deciders, notBy = [], backups = [], escalation = [] }: Tellable,
  people: readonly Person[],
): Said['people'] {
  const further = escalation.flatMap((step) => step.deciders);
  const ids = new Set([...(deciders ?? []), ...notBy, ...backups, ...further]);
  return Object.fromEntries(people.filter(({ id }) => ids.has(id)).map(({ id, name }) => [id, name]));
}
