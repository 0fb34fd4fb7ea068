/** The shape of the model's reply: the same rules twice, for the decoder (JSON Schema) and for us (zod, with bounds). */
import { z } from 'zod';
import type { Action, ActionKind } from '../domain/action.js';
import type { Decision } from '../domain/decision.js';

/** Longest text that an action may put before people. */
export const ACTION_TEXT_LIMIT = 8_000;
const ESCALATION_REASON_LIMIT = 200;
const SENTENCE_LIMIT = 2_000;

const actionText = z.string().min(1).max(ACTION_TEXT_LIMIT).describe('Markdown, at most 8,000 characters');
const issueKey = z.string().max(100).describe('The key as facts.issue names it');

/** One row per kind of action. */
const ACTIONS = {
  'jira.comment': z.strictObject({
    kind: z.literal('jira.comment'),
    payload: z.strictObject({ issueKey, body: actionText }),
  }),
  'jira.transition': z.strictObject({
    kind: z.literal('jira.transition'),
    payload: z.strictObject({
      issueKey,
      toStatus: z.string().max(255).describe('One of facts.issue.reachableStatuses, spelled the same'),
    }),
  }),
  'jira.assign': z.strictObject({
    kind: z.literal('jira.assign'),
    payload: z.strictObject({
      issueKey,
      accountId: z.string().max(255).nullable().describe('An id of facts.issue.people; null unassigns'),
    }),
  }),
  'slack.message': z.strictObject({
    kind: z.literal('slack.message'),
    payload: z.strictObject({
      channel: z.string().max(100).describe('facts.thread.channel or agent.channel'),
      threadTs: z
        .string()
        .max(100)
        .nullable()
        .describe('facts.thread.threadTs, or null for a message of its own'),
      text: actionText,
    }),
  }),
  'bitbucket.pr_comment': z.strictObject({
    kind: z.literal('bitbucket.pr_comment'),
    payload: z.strictObject({
      repository: z.string().max(255).describe('facts.pullRequest.repository'),
      pullRequestId: z.int().positive().describe('facts.pullRequest.id'),
      body: actionText,
    }),
  }),
  escalate: z.strictObject({
    kind: z.literal('escalate'),
    payload: z.strictObject({
      reason: z
        .string()
        .min(1)
        .max(ESCALATION_REASON_LIMIT)
        .describe('Why a person has to step in, in a few words'),
      text: actionText,
      level: z.enum(['info', 'warning', 'critical']),
    }),
  }),
} as const satisfies { readonly [K in ActionKind]: z.ZodType<Action<K>> };

type ActionSchema = (typeof ACTIONS)[ActionKind];

export const decisionSchema = z.strictObject({
  summary: z.string().min(1).max(SENTENCE_LIMIT).describe('One sentence for a person'),
  reasons: z.array(
    z.strictObject({
      text: z.string().max(SENTENCE_LIMIT),
      evidence: z.array(z.string().max(255)).describe('Ids of context items, or "event"'),
    }),
  ),
  actions: z.array(z.discriminatedUnion('kind', Object.values(ACTIONS) as [ActionSchema, ...ActionSchema[]])),
  uncertainty: z.string().max(SENTENCE_LIMIT).nullable().describe('What is not sure, or null'),
}) satisfies z.ZodType<Decision>;

/** Bounds that constrained decoding does not take; zod checks them on the reply. `oneOf` is spelled `anyOf` there. */
const NOT_FOR_THE_DECODER = new Set([
  '$schema',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
]);

/** JSON Schema for `output_config.format`: closed objects, every member required, no bounds. */
export const REPLY_SCHEMA: Readonly<Record<string, unknown>> = forDecoder(
  z.toJSONSchema(decisionSchema),
) as Record<string, unknown>;

function forDecoder(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(forDecoder);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !NOT_FOR_THE_DECODER.has(key))
      .map(([key, value]) => [key === 'oneOf' ? 'anyOf' : key, forDecoder(value)]),
  );
}
