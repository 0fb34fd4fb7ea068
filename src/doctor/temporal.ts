import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { Config } from '../config/config.js';

const CALL_MS = 5_000;
/** Outlasts a moment without an answer. What refuses says so at once; `Connection.connect` would go on for all of its time. */
const TRIES = 3;

/** Rejects where no server answers in time; the connection ends with `ask`. */
export async function askTemporal<T>(
  temporal: Config['temporal'],
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = Connection.lazy({
    ...temporal.connectionOptions,
    address: temporal.address,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: TRIES }))],
  });
  try {
    return await connection.withDeadline(Date.now() + CALL_MS, () => ask(connection));
  } finally {
    await connection.close();
  }
}
