/** How people watch over the agent: of the team as a whole, never a list of persons. */
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { oversightReport } from '../oversight.js';
import { type Route, route } from '../route.js';
import { oversightShape, toOversightView } from '../views/oversight-view.js';

const reportQuery = z.strictObject({
  days: z.coerce.number('a number of days from 1 to 400').int().min(1).max(400).default(30),
});

export function oversightRoutes({ mirror, clock, agentFile }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/oversight',
      access: 'read',
      tag: 'approvals',
      summary: 'How fast and how carefully requests are decided, overall and by kind of action',
      query: reportQuery,
      answers: { 200: { description: 'Of what was asked in these days', schema: oversightShape } },
      handle: ({ query }) =>
        toOversightView(oversightReport(mirror, query.days, { now: clock(), teams: agentFile().teams })),
    }),
  ];
}
