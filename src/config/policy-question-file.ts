import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ACTION_KINDS, type ActionKind } from '../domain/action.js';
import type { EventType } from '../domain/event.js';
import type { PolicyQuestion } from '../domain/policy.js';
import { ConfigError } from './config.js';
import { errorCode } from './error-code.js';
import { EVENT_TYPES } from './policy-schema.js';
import { describeIssue, type YamlSource } from './yaml-problems.js';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What a rule can name, by its own words. */
const questionSchema = z.strictObject({
  action: z.enum(ACTION_KINDS as [ActionKind, ...ActionKind[]], {
    error: () => `write one of ${ACTION_KINDS.join(', ')}`,
  }),
  event: z.enum(Object.values(EVENT_TYPES) as [EventType, ...EventType[]], {
    error: () => `write one of ${Object.values(EVENT_TYPES).join(', ')}`,
  }),
  project: z.string().nullable().default(null),
  to: z.string().nullable().default(null),
  toIsFinal: z.boolean().optional(),
  team: z.string().nullable().default(null),
  actor: z.union([z.string(), z.array(z.string())]).default([]),
  time: z.string().regex(CLOCK, 'a time like "23:30"').optional(),
  workingHours: z.boolean().default(true),
});

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
  const { actor, time, workingHours, toIsFinal, ...rest } = result.data;
  return {
    ...rest,
    actor: typeof actor === 'string' ? [actor] : actor,
    ...(toIsFinal === undefined ? {} : { toIsFinal }),
    ...(time === undefined ? {} : { time: { clock: time, isWorking: workingHours } }),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${path} (${errorCode(error)}); name a readable file`);
  }
}
