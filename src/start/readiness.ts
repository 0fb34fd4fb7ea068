import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const REQUEST_MS = 2_000;

/** Waits until the API says that the database can be written and a worker polls. Never throws; ends with `signal`. */
export async function waitUntilReady(apiUrl: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isReady(apiUrl)) {
      return true;
    }
    await sleep(POLL_MS);
  }
  return false;
}

async function isReady(apiUrl: string): Promise<boolean> {
  const body = await getJson(`${apiUrl}/ready`);
  const checks = field(body, 'checks');
  return field(checks, 'database') === 'ok' && field(checks, 'worker') === 'ok';
}

/** The JSON that a URL answers with status 200, else null. */
export async function getJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** One member of a JSON object. */
export function field(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
}
