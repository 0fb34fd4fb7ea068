import { z } from 'zod';
import { cycleShape } from './cycle-view.js';
import { eventShape } from './event-view.js';

export const explanationShape = z
  .object({
    actionId: z.string().nullable().openapi({
      description: 'The one of `cycle.actions` that the id belongs to; null for the whole cycle',
    }),
    cycle: cycleShape,
    event: eventShape.nullable().openapi({
      description:
        'What led to it; null once it was deleted (retention), and for a drill that is over: its approval then says so in `drill`, and the event never existed',
    }),
  })
  .openapi('Explanation');
