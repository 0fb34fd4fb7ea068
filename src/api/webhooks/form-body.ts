/** Form bodies as Slack sends them. Nothing here builds nested objects or arrays out of field names. */
import type { Decoded } from './door.js';
import { decodeJsonText } from './json-body.js';

const MAX_FIELDS = 50;
const PAYLOAD_PREFIX = 'payload=';

/** A form with exactly one field, `payload`, that holds JSON: Slack's interactions. */
export function decodePayloadForm(raw: Buffer): Decoded {
  const text = raw.toString('utf8');
  if (!text.startsWith(PAYLOAD_PREFIX) || text.includes('&')) {
    return { ok: false, reason: 'the form is not one field named payload' };
  }
  const json = decodeComponent(text.slice(PAYLOAD_PREFIX.length));
  return json === null
    ? { ok: false, reason: 'the field payload is not URL-encoded text' }
    : decodeJsonText(json);
}

/** A flat form, each field once: Slack's slash commands. */
export function decodeFlatForm(raw: Buffer): Decoded {
  const text = raw.toString('utf8');
  if (text === '') {
    return { ok: false, reason: 'the body is empty' };
  }
  const pairs = text.split('&', MAX_FIELDS + 1);
  if (pairs.length > MAX_FIELDS) {
    return { ok: false, reason: `the form has more than ${MAX_FIELDS} fields` };
  }
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = decodeComponent(at === -1 ? pair : pair.slice(0, at));
    const value = decodeComponent(at === -1 ? '' : pair.slice(at + 1));
    if (name === null || value === null) {
      return { ok: false, reason: 'the form is not URL-encoded text' };
    }
    if (fields.has(name)) {
      return { ok: false, reason: 'the form names a field twice' };
    }
    fields.set(name, value);
  }
  return { ok: true, body: Object.fromEntries(fields) };
}

function decodeComponent(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
