import { CommandError } from './command.js';

/** @throws CommandError where it is no JSON object */
export function parsePayload(text: string, what: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CommandError(`${what}: not JSON; write the whole payload, as pm-agent approvals shows it`);
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new CommandError(
      `${what}: not a JSON object; write the whole payload, as pm-agent approvals shows it`,
    );
  }
  return parsed;
}
