import { IntegrationError } from './integration-error.js';

/** What a vendor answers; null where it does not know the thing (any more). Every other failure is thrown on. */
export async function orGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof IntegrationError && error.status === 404) {
      return null;
    }
    throw error;
  }
}
