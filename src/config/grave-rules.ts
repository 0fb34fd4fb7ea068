/** Rules, and the default, that say `auto` for what is of grade G3: code asks all the same (docs/decisions/0058). */
import type { ActionKind } from '../domain/action.js';
import { callsEverybody } from '../domain/output/mentions.js';
import { isFinalStatus } from '../domain/policy.js';
import type { ParsedAgentFile } from './agent-file-schema.js';
import { covers, type FileRule, listOf } from './rule-cover.js';
import { problemAt, type YamlSource } from './yaml-problems.js';

/** What of a kind of action is of grade G3, as far as the file lets it happen at all. */
interface GravePart {
  readonly kind: ActionKind;
  readonly what: string;
}

/** Each as a sentence with its line. */
export function graveWarnings(source: YamlSource, file: ParsedAgentFile): readonly string[] {
  const { policy } = file;
  if (policy === undefined) {
    return [];
  }
  const { rules } = policy;
  const ofDefault = policy.default === 'auto' ? reached({}, rules, graveParts(file)) : [];
  return [
    ...(ofDefault.length === 0
      ? []
      : [
          problemAt(
            source,
            ['policy', 'default'],
            `the default says auto, and ${told(ofDefault)}, where no rule speaks of it, ${ASKED}`,
          ),
        ]),
    ...rules.flatMap((rule, index) => {
      const own = graveOf(file, index);
      return own.length === 0
        ? []
        : [
            problemAt(
              source,
              ['policy', 'rules', index, 'verdict'],
              `rule "${rule.name}" says auto, and ${told(own)} ${ASKED}`,
            ),
          ];
    }),
  ];
}

/** What of grade G3 a rule says `auto` for; nothing where it says something else. */
export function graveOf(file: ParsedAgentFile, index: number): readonly string[] {
  const rules = file.policy?.rules ?? [];
  const rule = rules[index];
  return rule?.verdict === 'auto' ? reached(rule.when, rules.slice(0, index), graveParts(file)) : [];
}

const ASKED =
  'is of grade G3, which never goes by itself: a person is asked all the same, two where there are two; write a rule with verdict: ask for it, to say who and until when';

function graveParts({ teams, output }: ParsedAgentFile): readonly GravePart[] {
  const answersCustomers = teams.some(({ jira }) => (jira?.publicAnswers.length ?? 0) > 0);
  const callsMany = output.mentions.some(meansMany);
  return [
    { kind: 'jira.transition', what: 'a move to a final status' },
    { kind: 'jira.update_fields', what: 'a change of priority, to the highest too' },
    ...(answersCustomers ? [{ kind: 'jira.comment', what: 'an answer to a customer' } as const] : []),
    ...(callsMany
      ? ([
          { kind: 'slack.message', what: 'a message that calls a whole channel or group' },
          { kind: 'escalate', what: 'an escalation that calls a whole channel or group' },
        ] as const)
      : []),
  ];
}

/** A word like `channel`, or the id of one of Slack's groups of users. */
function meansMany(mention: string): boolean {
  return callsEverybody(`@${mention}`) || /^S[0-9A-Z]{6,}$/.test(mention);
}

/** The parts that this condition lets through to its verdict, and that no rule before it takes. */
function reached(
  when: FileRule['when'],
  before: readonly FileRule[],
  parts: readonly GravePart[],
): readonly string[] {
  return parts.flatMap((part) => {
    const narrowed = narrowedTo(when, part);
    return narrowed === null || before.some((rule) => covers(rule.when, narrowed))
      ? []
      : [narrowed.to === undefined ? part.what : `a move to ${listOf(narrowed.to).join(' or ')}`];
  });
}

/** The condition with what of it is left for this part; null where it leaves nothing. */
function narrowedTo(when: FileRule['when'], { kind }: GravePart): FileRule['when'] | null {
  const kinds = listOf(when.action);
  const grades = listOf(when.risk);
  const statuses = listOf(when.to);
  const ending = statuses.filter(isFinalStatus);
  const isMeant =
    (kinds.length === 0 || kinds.includes(kind)) &&
    (grades.length === 0 || grades.includes('G3')) &&
    (statuses.length === 0 || (kind === 'jira.transition' && ending.length > 0));
  return isMeant
    ? { ...when, action: kind, risk: 'G3', ...(ending.length === 0 ? {} : { to: ending }) }
    : null;
}

function told(parts: readonly string[]): string {
  const [last, ...others] = parts.toReversed();
  return others.length === 0 ? (last ?? '') : `${others.toReversed().join(', ')} or ${last}`;
}
