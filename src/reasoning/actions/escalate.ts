import { z } from 'zod';
import { actionText } from './members.js';

const REASON_LIMIT = 200;

/** Whom it tells is not the model's to say. */
export const escalateSchema = z.strictObject({
  kind: z.literal('escalate'),
  payload: z.strictObject({
    reason: z.string().min(1).max(REASON_LIMIT).describe('Why a person has to step in, in a few words'),
    text: actionText,
    level: z.enum(['info', 'warning', 'critical']),
  }),
});
