import { type Attempts, createAttempts } from '../attempts.js';

const MOST_BAD = 1_000;

export type BadSignatures = Pick<Attempts, 'count'>;

/** Counts the deliveries whose signature did not fit. Good ones are never counted. */
export function createBadSignatures(): BadSignatures {
  return createAttempts(MOST_BAD);
}
