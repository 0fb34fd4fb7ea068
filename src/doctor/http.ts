/** Plain questions over HTTP, with a few seconds for each. */

const TIMEOUT_MS = 4_000;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Rejects where nothing answers in time. Follows no redirect. */
export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The same without a body. */
export async function head(url: string): Promise<Omit<Answered, 'text'>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { status, headers } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
  return { status, headers };
}

/** One member of a JSON object in a text; undefined where there is none. */
export function memberOf(text: string, ...path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of path) {
    value = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
  }
  return value;
}
