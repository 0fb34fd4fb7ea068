import { IntegrationError } from './integration-error.js';

/** Does the vendor say that the thing is not there (any more)? Slack says so with 200 and a name of its own. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof IntegrationError &&
    (error.code === 'not_found' || error.status === 404 || error.status === 410)
  );
}

/** What a vendor answers; null where it does not know the thing (any more). Every other failure is thrown on. */
export async function orGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) {
      return null;
    }
    throw error;
  }
}
