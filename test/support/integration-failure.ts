import { IntegrationError } from '../../src/integrations/integration-error.js';

/** The error that a vendor call ends in; fails the test where it ends in none, or in one of another class. */
export async function failureOf(call: Promise<unknown>): Promise<IntegrationError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof IntegrationError)) {
    throw error;
  }
  return error;
}
