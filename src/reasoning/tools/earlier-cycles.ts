import { z } from 'zod';

export const earlierCyclesInput = z.strictObject({});
