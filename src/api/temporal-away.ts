import { ServiceError } from '@temporalio/client';
import { HttpError } from './http-error.js';

/** What Temporal answers. Throws `HttpError` 503 where it cannot be reached, and every other failure as it is. */
export async function orTemporalAway<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof ServiceError ? temporalAway() : error;
  }
}

function temporalAway(): HttpError {
  return new HttpError(503, 'temporal_away', 'Temporal cannot be reached: nothing was begun, ask again', {
    headers: { 'retry-after': '5' },
  });
}
