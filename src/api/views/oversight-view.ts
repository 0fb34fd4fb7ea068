import { z } from 'zod';
import { ENOUGH, type Latency } from '../../domain/oversight.js';
import type { MeasuredOversight, OversightReport } from '../oversight.js';
import { time } from './common.js';

const share = z
  .object({ count: z.int(), of: z.int(), share: z.number().nullable() })
  .openapi('Share', { description: 'A part of a whole; the share is null where there is no whole' });

function latencyBy<const C extends string>(clock: C) {
  return z.object({
    unit: z.literal('s'),
    clock: z.literal(clock),
    p50: z.number().nullable(),
    p85: z.number().nullable(),
    seconds: z
      .array(z.number())
      .nullable()
      .openapi({
        description: `Each of them, where there are fewer than ${ENOUGH}: then a percentile says nothing and is null`,
      }),
  });
}

const measures = {
  decided: z.int(),
  latency: latencyBy('wall'),
  workLatency: latencyBy('work').openapi({ description: "By the calendar of the request's team" }),
  accepted: share,
  edited: share,
  clean: share,
  rejected: share,
  expired: share,
  rubberStamps: share.openapi({ description: 'Decided faster than what was shown last can be read' }),
  undone: share.openapi({ description: 'Taken back, over what was done, asked or not' }),
  editDistance: z.number().nullable().openapi({ description: 'Mean over the edited ones, 0 to 1' }),
  edits: z.object({ earlier: z.number().nullable(), later: z.number().nullable() }).openapi({
    description: 'Mean edit of all that were approved, 0 to 1, in the earlier and the later half',
  }),
  harmless: share.openapi({
    description: 'Approved as proposed, over decided, of those that can be undone and are not G3',
  }),
  concerns: z.array(z.string()).openapi({ description: 'What is worth a second look' }),
  suggestions: z.array(z.string()).openapi({ description: 'What could be asked less; a person takes it' }),
};

export const oversightShape = z
  .object({
    since: time,
    asOf: time,
    cost: z
      .object({
        unit: z.literal('USD'),
        total: z.number(),
        effects: z.int(),
        perEffect: z.number().nullable(),
      })
      .openapi({ description: 'Of the model, for all events of that time, over what was done' }),
    overall: z.object(measures),
    byKind: z.array(z.object({ kind: z.string(), ...measures })),
  })
  .openapi('Oversight');

export function toOversightView({
  since,
  asOf,
  cost,
  overall,
  byKind,
}: OversightReport): z.input<typeof oversightShape> {
  return {
    since,
    asOf,
    cost: { unit: 'USD', ...cost },
    overall: toMeasures(overall),
    byKind: byKind.map(({ kind, ...one }) => ({ kind, ...toMeasures(one) })),
  };
}

function toMeasures({ latency, workLatency, concerns, suggestions, ...shares }: MeasuredOversight) {
  return {
    ...shares,
    latency: toLatency(latency, 'wall'),
    workLatency: toLatency(workLatency, 'work'),
    concerns: [...concerns],
    suggestions: [...suggestions],
  };
}

function toLatency<const C extends string>({ seconds, p50, p85 }: Latency, clock: C) {
  const named = { unit: 's', clock } as const;
  return seconds.length >= ENOUGH
    ? { ...named, p50, p85, seconds: null }
    : { ...named, p50: null, p85: null, seconds: [...seconds] };
}
