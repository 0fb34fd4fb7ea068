import { CommandError } from './command.js';

/** @throws a `Failure` where it is no JSON object */
export function parsePayload(
  text: string,
  what: string,
  Failure: typeof CommandError = CommandError,
): unknown {
  const refuse = (why: string) =>
    new Failure(`${what}: ${why}; write the whole payload, as pm-agent approvals shows it`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse('not JSON');
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw refuse('not a JSON object');
  }
  return parsed;
}
