import { z } from 'zod';
import type { DeclinedRow } from '../../audit/declined.js';
import type { ApiDeps } from '../deps.js';
import { type Route, route } from '../route.js';
import { time } from '../views/common.js';

const DAY_MS = 86_400_000;
const SHOWN = 100;

const query = z.strictObject({
  days: z.coerce.number('a number of days from 1 to 400').int().min(1).max(400).default(7),
});

const declinedShape = z
  .object({
    since: time,
    count: z.int(),
    items: z
      .array(
        z.object({
          cycleId: z.string(),
          subject: z.string(),
          eventType: z.string(),
          title: z.string().nullable(),
          model: z.string(),
          authors: z.array(z.string()).openapi({ description: 'Account ids with their vendor: jira:5b10…' }),
          declinedAt: time,
        }),
      )
      .openapi({ description: 'Without a decision to this day: the newest first, at most 100' }),
    authors: z
      .array(z.object({ id: z.string(), name: z.string().nullable(), count: z.int() }))
      .openapi({ description: 'Who wrote what was declined, the most often first, at most 100' }),
  })
  .openapi('Declined');

/** Events on which the model declined to answer: a person has to look. */
export function declinedRoutes({ mirror, clock }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/declined',
      access: 'read',
      tag: 'cycles',
      summary: 'What the model declined to answer, and how often by author',
      query,
      answers: { 200: { description: 'What waits for a person to look', schema: declinedShape } },
      handle({ query: { days } }) {
        const since = new Date(clock().getTime() - days * DAY_MS).toISOString();
        const { count, items } = mirror.declinedSince(since, SHOWN);
        const authors = mirror.declinedAuthors(since, SHOWN);
        return {
          since,
          count,
          items: items.map(toItem),
          authors: authors.map((row) => ({ id: row.author, name: row.author_name, count: row.count })),
        };
      },
    }),
  ];
}

function toItem({ cycle_id, subject, event_type, title, model, authors, declined_at }: DeclinedRow) {
  return {
    cycleId: cycle_id,
    subject,
    eventType: event_type,
    title,
    model,
    authors: JSON.parse(authors) as string[],
    declinedAt: declined_at,
  };
}
