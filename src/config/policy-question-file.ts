import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ACTION_KINDS, type ActionKind } from '../domain/action.js';
import { RAISING } from '../domain/actions/raised-grade.js';
import type { EventType } from '../domain/event.js';
import type { PolicyQuestion } from '../domain/policy.js';
import { ConfigError } from './config.js';
import { errorCode } from './error-code.js';
import { EVENT_TYPES } from './policy-schema.js';
import { unexpected } from './schema-parts.js';
import { describeIssue, type YamlSource } from './yaml-problems.js';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Reasons for grade G3 that the payload of an action gives, and a file has to say. */
type Raising = keyof typeof RAISING;

const isSo = z.boolean({ error: unexpected('true or false') }).default(false);
/** Each reason is a key of the file. */
const raising = { customers: isSo, priority: isSo, everybody: isSo } satisfies {
  readonly [R in Raising]: typeof isSo;
};

/** What a rule can name, by its own words, and what grade and verdict rest on besides. */
const questionSchema = z
  .strictObject({
    action: z.enum(ACTION_KINDS as [ActionKind, ...ActionKind[]], {
      error: () => `write one of ${ACTION_KINDS.join(', ')}`,
    }),
    event: z.enum(Object.values(EVENT_TYPES) as [EventType, ...EventType[]], {
      error: () => `write one of ${Object.values(EVENT_TYPES).join(', ')}`,
    }),
    project: z.string().nullable().default(null),
    to: z.string().nullable().default(null),
    toIsFinal: z.boolean().optional(),
    ...raising,
    direct: isSo,
    team: z.string().nullable().default(null),
    actor: z.union([z.string(), z.array(z.string())]).default([]),
    time: z.string().regex(CLOCK, 'a time like "23:30"').optional(),
    workingHours: z.boolean().optional(),
  })
  .superRefine((file, context) => {
    for (const [key, message] of contradictions(file)) {
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });

interface Stated extends Readonly<Record<Raising, boolean>> {
  readonly action: ActionKind;
  readonly to: string | null;
  readonly toIsFinal?: boolean | undefined;
  readonly direct: boolean;
  readonly time?: string | undefined;
  readonly workingHours?: boolean | undefined;
}

/** Keys that say what cannot be so of this action, or nothing without another key, each with what to do. */
function contradictions(file: Stated): readonly (readonly [key: string, message: string])[] {
  const only = (key: keyof Stated, isSaid: boolean, kinds: readonly ActionKind[]) =>
    isSaid && !kinds.includes(file.action)
      ? [[key, `can be so of ${kinds.join(' or ')} alone, not of ${file.action}; leave it out`] as const]
      : [];
  return [
    ...only('to', file.to !== null, ['jira.transition']),
    ...only('direct', file.direct, ['slack.message']),
    ...REASONS.flatMap((reason) => only(reason, file[reason], RAISING[reason].kinds)),
    ...(file.toIsFinal !== undefined && file.to === null
      ? [['toIsFinal', 'says nothing without to; write to which status it leads'] as const]
      : []),
    ...(file.workingHours !== undefined && file.time === undefined
      ? [['workingHours', 'says nothing without time; write the time too, like "23:30"'] as const]
      : []),
  ];
}

const REASONS = Object.keys(RAISING) as readonly Raising[];

/**
 * Reads the description of an action from a JSON or YAML file: `{action: jira.transition, event: comment_created, to: Done}`.
 * @throws ConfigError with file, line and key.
 */
export function readPolicyQuestion(path: string): PolicyQuestion {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false });
  const source: YamlSource = { name: basename(path), document, lines };
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new ConfigError(`${source.name}: ${broken.message.replaceAll('\n', ' ')}`);
  }
  const result = questionSchema.safeParse(document.toJS() ?? {});
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => describeIssue(source, questionSchema, issue)));
  }
  return toQuestion(result.data);
}

/** A row for each thing that the policy can be asked: the compiler names one that no key of a file would say. */
function toQuestion(file: z.output<typeof questionSchema>): PolicyQuestion {
  const { action, event, project, to, toIsFinal, direct, team, actor, time, workingHours = true } = file;
  const reason = REASONS.find((one) => file[one]);
  const asked: { readonly [M in keyof Required<PolicyQuestion>]: PolicyQuestion[M] | undefined } = {
    action,
    event,
    project,
    to,
    toIsFinal,
    raisedBy: reason === undefined ? undefined : RAISING[reason].why,
    isDirect: direct ? true : undefined,
    team,
    actor: typeof actor === 'string' ? [actor] : actor,
    time: time === undefined ? undefined : { clock: time, isWorking: workingHours },
  };
  return Object.fromEntries(
    Object.entries(asked).filter(([, said]) => said !== undefined),
  ) as unknown as PolicyQuestion;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${path} (${errorCode(error)}); name a readable file`);
  }
}
