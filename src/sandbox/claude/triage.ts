/** The first look, as the stand-in takes it: an event on which its own rules would do something is worth another. */
import { at, isRecord, type JsonRecord } from '../loose-json.js';
import { readPrompt } from './prompt.js';
import { decide } from './rules/index.js';

/** Does the request ask for a route, and for no decision? */
export function isTriage(request: unknown): boolean {
  return isRecord(at(request, 'output_config', 'format', 'schema', 'properties', 'route'));
}

/** While replies are scripted, decisions are to be seen: everything is worth one. */
export function triageReply(request: unknown, { isScripted }: { readonly isScripted: boolean }): JsonRecord {
  const prompt = readPrompt(request);
  if (isScripted || prompt === null) {
    return {
      route: 'normal',
      reason: 'The sandbox stand-in (not Claude) sorts nothing out while replies are scripted.',
    };
  }
  const { summary, actions } = decide(prompt);
  return { route: actions.length > 0 ? 'normal' : 'skip', reason: summary };
}
