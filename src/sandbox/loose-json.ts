/** Reading JSON that somebody else wrote: every step may be missing or of another type. Nothing here throws. */

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Is this an object that is neither null nor an array? */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member under a path of keys and indexes, or undefined. Own members only, so that `toString` is data. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) {
      return undefined;
    }
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** Text under a path; a number becomes text, an empty or blank text counts as missing. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = at(value, ...path);
  if (typeof found === 'number' && Number.isFinite(found)) {
    return String(found);
  }
  return typeof found === 'string' && found.trim() !== '' ? found : null;
}

/** The list under a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

/** The object under a path; empty where there is none. */
export function recordAt(value: unknown, ...path: readonly (string | number)[]): JsonRecord {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
}

/** Parsed JSON, or undefined where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
