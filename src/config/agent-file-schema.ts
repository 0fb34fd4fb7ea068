/** The shape of pm-agent.yaml. Every part has a default; unknown keys are refused. */
import { z } from 'zod';
import { isDay } from '../domain/absence.js';
import { ACTION_KINDS, type ActionKind } from '../domain/action.js';
import { AUTONOMY_LEVELS, BUILT_IN_AUTONOMY } from '../domain/autonomy.js';
import { CRITICAL_PRIORITIES } from '../domain/critical-priority.js';
import { LEAST_REPLY_TOKENS, MOST_REPLY_TOKENS, REPLY_TOKENS } from '../domain/reply-tokens.js';
import type { ReportKind } from '../domain/report.js';
import { BUILT_IN_ROUTING, DECIDING_RULES } from '../domain/which-model.js';
import { WEEKDAYS } from '../domain/work-calendar.js';
import { parseDuration } from './duration.js';
import { policy } from './policy-schema.js';
import {
  amount,
  count,
  duration,
  isEmptySpan,
  list,
  oneOf,
  oneOrMore,
  pattern,
  unexpected,
  words,
} from './schema-parts.js';

/** Each costs a call of the model over all that was read before. */
const MOST_TURNS = 10;

/** A delivery that comes again is recognised by its stored row, and vendors may be away for weeks. */
const SHORTEST_EVENT_RETENTION = '30d';
const eventRetention = duration.refine((value) => isAtLeast(value, SHORTEST_EVENT_RETENTION), {
  error: ({ input }) =>
    `${JSON.stringify(input)} is too short; write ${SHORTEST_EVENT_RETENTION} or longer: a delivery that comes again is recognised for as long as its event is kept`,
});
const timezone = z
  .string({ error: unexpected('a time zone like Europe/Berlin') })
  .refine(isTimezone, { error: unexpected('a time zone like Europe/Berlin') });
const reportTime = pattern(
  /^((mon|tue|wed|thu|fri|sat|sun) )?([01]\d|2[0-3]):[0-5]\d$/,
  'a time like "09:30" or "mon 10:00"',
);
const DAY_HINT = 'a day like "2026-12-24"';
const DATE_RANGE_HINT = 'a date or range like "2026-12-24/2027-01-01"';
const dateRange = z
  .string({ error: unexpected(DATE_RANGE_HINT) })
  .refine(isDateRange, { error: unexpected(DATE_RANGE_HINT) })
  .refine((range) => !isDateRange(range) || endsAfterItBegins(range, '/'), {
    error: ({ input }) => `${JSON.stringify(input)} ends before it begins; swap the two days`,
  });
const hours = pattern(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'hours like "09:00-17:00"')
  .refine((span) => !isEmptySpan(span), {
    error: ({ input }) =>
      `${JSON.stringify(input)} end when they begin, so that nobody ever works; write "00:00-24:00" for the whole day`,
  })
  .refine((span) => endsAfterItBegins(span, '-') || isEmptySpan(span), {
    error: ({ input }) =>
      `${JSON.stringify(input)} end before they begin, and hours lie within one day; write hours like "09:00-17:00"`,
  });

function isDateRange(range: string): boolean {
  const days = range.split('/');
  return days.length <= 2 && days.every(isDay);
}

/** Of two days, or times of a day, in one text; one day alone is its own end. */
function endsAfterItBegins(range: string, between: string): boolean {
  const [from = range, to = from] = range.split(between);
  return from <= to;
}

function isAtLeast(value: string, shortest: string): boolean {
  return (parseDuration(value) ?? Number.POSITIVE_INFINITY) >= (parseDuration(shortest) ?? 0);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const person = z.strictObject({
  id: words('a short name like lead-1'),
  name: words("the person's name"),
  jira: words('a Jira account id').nullable().default(null),
  bitbucket: words('a Bitbucket account uuid').nullable().default(null),
  slack: words('a Slack user id').nullable().default(null),
  roles: list(words('a role name')).default([]),
});

const day = z.string({ error: unexpected(DAY_HINT) }).refine(isDay, { error: unexpected(DAY_HINT) });

const absence = z
  .strictObject({ person: words("a person's id"), from: day, to: day.optional() })
  .refine(({ from, to }) => to === undefined || to >= from, {
    error: 'ends before it begins; swap from and to',
    path: ['to'],
  });

const calendar = z.strictObject({
  days: list(oneOf(WEEKDAYS))
    .min(1, { error: 'is empty, so that nobody ever works; name a day, or leave it out for mon to fri' })
    .default(['mon', 'tue', 'wed', 'thu', 'fri']),
  hours: hours.default('09:00-17:00'),
  holidays: words('a country code like DE').nullable().default(null),
  blackout: list(dateRange).default([]),
  away: list(absence).default([]),
});

const team = z.strictObject({
  id: words('a short name like payments'),
  timezone: timezone.default('UTC'),
  calendar: calendar.optional(),
  members: list(words("a person's id")).default([]),
  jira: z
    .strictObject({
      projects: list(words('a project key')).default([]),
      publicAnswers: list(words('the key of a service project')).default([]),
      board: z
        .int({ error: unexpected('the number of a board') })
        .nullable()
        .default(null),
      estimateField: words('the name or the id of a field').optional(),
    })
    .optional(),
  bitbucket: z
    .strictObject({
      repositories: list(pattern(/^[^/\s]+\/[^/\s]+$/, 'workspace/repository')).default([]),
    })
    .optional(),
  slack: z.strictObject({ channel: words('a Slack channel id').nullable().default(null) }).optional(),
  escalation: z
    .strictObject({ lead: words("a person's id"), backup: words("a person's id").optional() })
    .optional(),
  rules: z.string({ error: unexpected('text') }).default(''),
});

const autonomyLevel = oneOf(AUTONOMY_LEVELS);

const autonomy = z.strictObject({
  default: autonomyLevel.default('announce'),
  levels: list(
    z.strictObject({
      action: oneOrMore(oneOf(ACTION_KINDS as [ActionKind, ...ActionKind[]])).optional(),
      project: oneOrMore(words('a project')).optional(),
      level: autonomyLevel,
    }),
  ).default([]),
  floor: autonomyLevel.default('observe'),
  promoteAfter: count(BUILT_IN_AUTONOMY.promoteAfter),
  demoteAfterRejections: count(BUILT_IN_AUTONOMY.demoteAfterRejections),
  demoteWithin: duration.default('7d'),
});

const share = z
  .number({ error: unexpected('a share from 0 to 1') })
  .min(0, { error: unexpected('a share from 0 to 1') })
  .max(1, { error: unexpected('a share from 0 to 1') });

const report = z.strictObject({ at: reportTime });

const price = z.strictObject({
  input: z.number({ error: unexpected('a number') }).nonnegative(),
  output: z.number({ error: unexpected('a number') }).nonnegative(),
  cacheRead: z
    .number({ error: unexpected('a number') })
    .nonnegative()
    .optional(),
  cacheWrite: z
    .number({ error: unexpected('a number') })
    .nonnegative()
    .optional(),
});

/** Below it a thought alone fills the reply; above it the vendor wants a stream. */
function replyTokens(of: 'decision' | 'triage') {
  const least = LEAST_REPLY_TOKENS[of];
  return count(REPLY_TOKENS[of]).refine((tokens) => tokens >= least && tokens <= MOST_REPLY_TOKENS, {
    error: ({ input }) => `${JSON.stringify(input)} is not from ${least} to ${MOST_REPLY_TOKENS}`,
  });
}

export const agentFileSchema = z.strictObject({
  agent: z
    .strictObject({
      name: words('a name').default('PM Agent'),
      language: words('a language like en').default('en'),
    })
    .prefault({}),
  people: list(person).default([]),
  teams: list(team).default([]),
  groups: z.record(z.string(), list(words("a person's id"))).default({}),
  policy: policy.optional(),
  autonomy: autonomy.optional(),
  drills: z.strictObject({ rate: share.default(0) }).prefault({}),
  reports: z
    .strictObject({
      standup: report.optional(),
      sprint_health: report.optional(),
      pull_requests: report.optional(),
      delivery_review: report.optional(),
    } satisfies { readonly [K in ReportKind]: unknown })
    .prefault({}),
  budgets: z
    .strictObject({
      perEvent: amount(0.5),
      perSubjectPerDay: amount(2),
      perProjectPerDay: amount(10),
      perDay: amount(25),
      trialsPerDay: amount(5),
    })
    .prefault({}),
  limits: z
    .strictObject({
      actionsPerDecision: count(3),
      actionsPerSubjectPerHour: count(6),
      messagesPerChannelPerHour: count(12),
      modelTurns: count(4).refine((turns) => turns <= MOST_TURNS, {
        error: ({ input }) => `${JSON.stringify(input)} is more than the ${MOST_TURNS} that are sensible`,
      }),
      replyTokens: replyTokens('decision'),
      triageTokens: replyTokens('triage'),
    })
    .prefault({}),
  routing: z
    .strictObject({
      criticalPriorities: list(words('the name of a priority')).default([...CRITICAL_PRIORITIES]),
      hard: list(oneOf(DECIDING_RULES)).default([...BUILT_IN_ROUTING.hard]),
    })
    .prefault({}),
  output: z
    .strictObject({
      linkHosts: list(words('a host name')).default([]),
      mentions: list(words('a mention')).default([]),
    })
    .prefault({}),
  prices: z.record(z.string(), price).default({}),
  retention: z
    .strictObject({ events: eventRetention.default('30d'), cycles: duration.default('400d') })
    .prefault({}),
});

export type ParsedAgentFile = z.output<typeof agentFileSchema>;

/** JSON Schema of pm-agent.yaml, for editors (`pm-agent policy schema`). */
export function jsonSchema(): Record<string, unknown> {
  return { title: 'pm-agent.yaml', ...z.toJSONSchema(agentFileSchema, { io: 'input' }) };
}
