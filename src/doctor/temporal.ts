import { Connection } from '@temporalio/client';
import type { Config } from '../config/config.js';

const CONNECT = '3s';
const CALL_MS = 5_000;

/** Rejects where no server answers in time; the connection ends with `ask`. */
export async function askTemporal<T>(
  temporal: Config['temporal'],
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({
    ...temporal.connectionOptions,
    address: temporal.address,
    connectTimeout: CONNECT,
  });
  try {
    return await connection.withDeadline(Date.now() + CALL_MS, () => ask(connection));
  } finally {
    await connection.close();
  }
}
