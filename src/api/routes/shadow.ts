/** What is proposed without leaving, and how far it agrees with people. */
import { z } from 'zod';
import { AGREEMENTS } from '../../domain/shadow.js';
import type { ApiDeps } from '../deps.js';
import { type Route, route } from '../route.js';
import { type ComparedAction, shadowReport } from '../shadow-report.js';
import { jsonObject, time } from '../views/common.js';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const USUAL_WINDOW = 7;

const query = z.strictObject({
  since: z.iso.datetime({ offset: true }).or(z.iso.date()).optional().openapi({
    description: 'ISO 8601: proposed at or after; left out: thirty days ago',
  }),
  windowDays: z.coerce
    .number('a number from 1 to 30')
    .int()
    .min(1)
    .max(30)
    .default(USUAL_WINDOW)
    .openapi({ description: 'How long people have to do the same' }),
});

const agreement = z.enum(AGREEMENTS).openapi({
  description:
    'A person did the same; did something else to it; did nothing of the kind; still has time; or no event would tell',
});

const shadowShape = z
  .object({
    since: time,
    windowDays: z.number().int(),
    kinds: z.record(
      z.string(),
      z.object(Object.fromEntries(AGREEMENTS.map((one) => [one, z.number().int()]))),
    ),
    items: z.array(
      z.object({
        actionId: z.string(),
        cycleId: z.string(),
        kind: z.string(),
        target: z.string(),
        payload: jsonObject,
        verdict: z.string().openapi({ description: "The policy's own, had it not been observed" }),
        rule: z.string(),
        proposedAt: time,
        agreement,
        eventId: z.string().nullable().openapi({ description: 'The event that decided it' }),
      }),
    ),
    isCut: z.boolean().openapi({ description: 'There were more; the newest are compared' }),
  })
  .openapi('Shadow');

export function shadowRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/shadow',
      access: 'read',
      tag: 'cycles',
      summary: 'What was proposed in shadow, compared with what people then did on the same thing',
      query,
      answers: { 200: { description: 'Counts by kind, and each proposal', schema: shadowShape } },
      handle({ query: { since: given, windowDays } }) {
        const since = new Date(given ?? deps.clock().getTime() - USUAL_DAYS * DAY_MS).toISOString();
        const { compared, kinds, isCut } = shadowReport(deps, { since, windowMs: windowDays * DAY_MS });
        return { since, windowDays, kinds, items: compared.map(toItem), isCut };
      },
    }),
  ];
}

function toItem({ action, agreement: agreed, eventId }: ComparedAction) {
  return {
    actionId: action.id,
    cycleId: action.cycle_id,
    kind: action.kind,
    target: action.target,
    payload: jsonObject.parse(JSON.parse(action.payload)),
    verdict: action.policy_verdict ?? action.verdict,
    rule: action.rule,
    proposedAt: action.proposed_at,
    agreement: agreed,
    eventId,
  };
}
