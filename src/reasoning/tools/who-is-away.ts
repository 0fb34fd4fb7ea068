import { z } from 'zod';
import { isDay } from '../../domain/absence.js';

const day = z.string().max(10).refine(isDay, { error: 'a day like 2026-12-24' }).nullable();

export const whoIsAwayInput = z.strictObject({
  from: day.describe('First day, YYYY-MM-DD; null for today'),
  to: day.describe('Last day, YYYY-MM-DD, at most 62 days from the first; null for two weeks from the first'),
});
