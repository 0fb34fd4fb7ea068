/** The shape of `policy` in pm-agent.yaml. */
import { z } from 'zod';
import { ACTION_KINDS, type ActionKind } from '../domain/action.js';
import type { RiskGrade } from '../domain/actions/row.js';
import type { EventType } from '../domain/event.js';
import { ON_EXPIRY } from '../domain/policy.js';
import { duration, isEmptySpan, list, oneOf, oneOrMore, pattern, unexpected, words } from './schema-parts.js';

/** One row per event type; the compiler names a missing one. */
export const EVENT_TYPES: { readonly [T in EventType]: T } = {
  issue_created: 'issue_created',
  issue_updated: 'issue_updated',
  issue_deleted: 'issue_deleted',
  issue_overdue: 'issue_overdue',
  comment_created: 'comment_created',
  comment_updated: 'comment_updated',
  sprint_created: 'sprint_created',
  sprint_updated: 'sprint_updated',
  sprint_started: 'sprint_started',
  sprint_closed: 'sprint_closed',
  sprint_deleted: 'sprint_deleted',
  issuelink_created: 'issuelink_created',
  issuelink_deleted: 'issuelink_deleted',
  pr_created: 'pr_created',
  pr_updated: 'pr_updated',
  pr_approved: 'pr_approved',
  pr_changes_requested: 'pr_changes_requested',
  pr_comment_created: 'pr_comment_created',
  pr_merged: 'pr_merged',
  pr_declined: 'pr_declined',
  push: 'push',
  commit_status: 'commit_status',
  app_mention: 'app_mention',
  thread_message: 'thread_message',
  direct_message: 'direct_message',
  slash_command: 'slash_command',
  interaction: 'interaction',
};

const RISKS = ['G0', 'G1', 'G2', 'G3'] as const satisfies readonly RiskGrade[];

const verdict = oneOf(['auto', 'ask', 'never']);
const onExpiry = oneOf(ON_EXPIRY);

/** Who is meant: an empty list would mean nobody, so that nobody could ever decide. */
function someOf(expected: string) {
  return list(words(expected))
    .min(1, { error: `is empty, so that nobody is meant; write ${expected}, or leave it out` })
    .optional();
}

const named = {
  people: someOf("a person's id"),
  roles: someOf('a role name'),
  groups: someOf('a name of groups, or the id of a team'),
};

const approvers = z
  .strictObject(
    {
      ...named,
      count: z
        .int({ error: unexpected('a whole number') })
        .min(1, { error: unexpected('1 or more') })
        .optional(),
      notRequester: z.boolean({ error: unexpected('true or false') }).default(false),
    },
    { error: unexpected('people, roles, groups, count or notRequester, each with its value') },
  )
  .refine(
    ({ notRequester, ...named }) => notRequester || Object.values(named).some((part) => part !== undefined),
    {
      error:
        'says nothing, so that any operator may decide; name people, roles or groups, or leave it out where that is meant',
    },
  );

const escalationStep = z
  .strictObject({
    after: duration,
    ...named,
  })
  .refine(({ people, roles, groups }) => [people, roles, groups].some((part) => part !== undefined), {
    error: 'names nobody; write people, roles or groups: who may decide, too, from then on',
  });

const timeSpan = pattern(
  /^(working|off|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$/,
  'working, off, or a span of the day like "22:00-06:00"',
).refine((span) => !isEmptySpan(span), {
  error: ({ input }) =>
    `${JSON.stringify(input)} ends when it begins, so that it never holds; leave time out for always`,
});

const rule = z.strictObject({
  name: words('a sentence that names the rule'),
  when: z.strictObject(
    {
      action: oneOrMore(oneOf(ACTION_KINDS as [ActionKind, ...ActionKind[]])).optional(),
      event: oneOrMore(oneOf(Object.values(EVENT_TYPES) as [EventType, ...EventType[]])).optional(),
      project: oneOrMore(words('a project')).optional(),
      to: oneOrMore(words('the name of a status')).optional(),
      team: oneOrMore(words('the id of a team')).optional(),
      actor: oneOrMore(
        words("a person's id, role:<role>, group:<group>, person, bot, agent, unknown or nobody"),
      ).optional(),
      risk: oneOrMore(oneOf(RISKS)).optional(),
      time: oneOrMore(timeSpan).optional(),
    },
    { error: unexpected('its conditions, or {} where it is meant for every action') },
  ),
  verdict,
  approvers: approvers.optional(),
  deadline: duration.optional(),
  remindAfter: duration.optional(),
  secondApproverAfter: duration.optional(),
  escalation: list(escalationStep).optional(),
  onExpiry: onExpiry.optional(),
});

export const policy = z.strictObject({
  default: verdict.default('ask'),
  deadline: duration.nullable().default(null),
  onExpiry: onExpiry.optional(),
  rules: list(rule).default([]),
});
