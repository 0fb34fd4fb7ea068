import { z } from 'zod';
import { ENOUGH } from '../../domain/oversight.js';
import type { MeasuredOversight, OversightReport } from '../oversight.js';
import { time } from './common.js';

const share = z
  .object({ count: z.int(), of: z.int(), share: z.number().nullable() })
  .openapi('Share', { description: 'A part of a whole; the share is null where there is no whole' });

const measures = {
  decided: z.int(),
  latency: z.object({
    unit: z.literal('s'),
    clock: z.literal('wall'),
    p50: z.number().nullable(),
    p85: z.number().nullable(),
    seconds: z
      .array(z.number())
      .nullable()
      .openapi({
        description: `Each of them, where there are fewer than ${ENOUGH}: then a percentile says nothing and is null`,
      }),
  }),
  accepted: share,
  edited: share,
  clean: share,
  rejected: share,
  expired: share,
  rubberStamps: share,
  editDistance: z.number().nullable().openapi({ description: 'Mean over the edited ones, 0 to 1' }),
  concerns: z.array(z.string()).openapi({ description: 'What is worth a second look' }),
};

export const oversightShape = z
  .object({
    since: time,
    asOf: time,
    overall: z.object(measures),
    byKind: z.array(z.object({ kind: z.string(), ...measures })),
  })
  .openapi('Oversight');

export function toOversightView({
  since,
  asOf,
  overall,
  byKind,
}: OversightReport): z.input<typeof oversightShape> {
  return {
    since,
    asOf,
    overall: toMeasures(overall),
    byKind: byKind.map(({ kind, ...one }) => ({ kind, ...toMeasures(one) })),
  };
}

function toMeasures({ latency: { seconds, p50, p85 }, concerns, ...shares }: MeasuredOversight) {
  const isEnough = seconds.length >= ENOUGH;
  const unit = { unit: 's', clock: 'wall' } as const;
  const latency = isEnough
    ? { ...unit, p50, p85, seconds: null }
    : { ...unit, p50: null, p85: null, seconds: [...seconds] };
  return { ...shares, latency, concerns: [...concerns] };
}
