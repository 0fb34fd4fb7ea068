/** Trial runs of the model: recorded events once more, or the written scenarios. Nothing of them is carried out. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TRIAL_KINDS, unknownAmong } from '../../domain/trial.js';
import { FAMILY_NAMES } from '../../evaluation/scenarios/index.js';
import { PROMPT_IDS } from '../../reasoning/prompts/index.js';
import type { ApiDeps } from '../deps.js';
import { HttpError, notFound } from '../http-error.js';
import { deciderOf } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { errorShape, pageOf, pageQuery } from '../views/common.js';
import { toTrialSummary, toTrialView, trialListShape, trialShape } from '../views/trial-view.js';

const WORDS_LIMIT = 40_000;
const words = z.string().trim().min(1).max(WORDS_LIMIT);

const trialBody = z.strictObject({
  kind: z.enum(TRIAL_KINDS),
  model: z.string().trim().min(1).max(100).optional().openapi({
    description: 'Another model than the configured one',
  }),
  prompt: z
    .strictObject({
      name: z.string().trim().min(1).max(200),
      role: words.nullable().default(null),
      tasks: z.record(z.string().max(100), words).default({}),
    })
    .optional()
    .openapi({ description: 'Other words: the stable part, and instructions by the id of their prompt' }),
  last: z.int().min(1).max(500).default(50).openapi({ description: 'replay: so many cycles, newest first' }),
  families: z
    .array(z.string().max(100))
    .max(50)
    .default([])
    .openapi({ description: 'eval: only these; none: all' }),
  triage: z
    .boolean()
    .default(false)
    .openapi({ description: 'Also the rules and the small model that stand before the one that decides' }),
});

const begunShape = z.object({ id: z.string(), status: z.literal('queued') }).openapi('TrialBegun');

export function trialRoutes(deps: ApiDeps): readonly Route[] {
  return [
    beginRoute(deps),
    route({
      method: 'get',
      path: '/api/trials',
      access: 'read',
      tag: 'trials',
      summary: 'Trial runs, newest first',
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'One page', schema: trialListShape } },
      handle({ query }) {
        const { items, nextCursor } = deps.mirror.listTrials(pageOf(query));
        return { items: items.map(toTrialSummary), nextCursor };
      },
    }),
    route({
      method: 'get',
      path: '/api/trials/{id}',
      access: 'read',
      tag: 'trials',
      summary: 'A trial run with its report and the results that it has so far',
      answers: { 200: { description: 'The trial', schema: trialShape } },
      handle({ id }) {
        const found = deps.mirror.getTrial(id);
        if (found === null) {
          throw notFound(`trial ${id} (one that was just begun is known once a worker takes it up)`);
        }
        return toTrialView(found);
      },
    }),
  ];
}

function beginRoute({ startTrial }: ApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/trials',
    access: 'admin',
    tag: 'trials',
    summary: 'Ask the model about recorded events or written scenarios, with every write blocked',
    body: trialBody,
    answers: {
      202: { description: 'Begun; ask for it by its id', schema: begunShape },
      400: {
        description: 'There is no such family or prompt; the message lists those that there are',
        schema: errorShape,
      },
      503: { description: 'Temporal cannot be reached', schema: errorShape },
    },
    async handle({ body, request, response }) {
      const { kind, last, families, triage, model = null, prompt = null } = body;
      assertKnown(families, Object.keys(prompt?.tasks ?? {}));
      const trialId = `${kind}-${randomUUID()}`;
      const askedBy = deciderOf(request, response).id;
      await startTrial({
        trialId,
        kind,
        askedBy,
        model,
        prompt,
        last,
        families,
        ...(triage ? { triage } : {}),
      });
      response.status(202);
      return { id: trialId, status: 'queued' };
    },
  });
}

/** The worker would say so too, as a trial that failed. */
function assertKnown(families: readonly string[], prompts: readonly string[]): void {
  const unknown =
    unknownAmong('family', families, FAMILY_NAMES) ?? unknownAmong('prompt', prompts, PROMPT_IDS);
  if (unknown !== null) {
    throw new HttpError(400, 'bad_request', unknown);
  }
}
