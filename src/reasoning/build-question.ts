import type { Action } from '../domain/action.js';
import type { ModelRequest } from '../integrations/claude/claude.js';
import { visibleJson } from './visible-json.js';

/** The request for a decision, gone on to a question about one of its proposals, to be answered at once. The person is one of ours: an operator. */
export function buildQuestion(
  decision: ModelRequest,
  { kind, payload }: Action,
  question: string,
): ModelRequest {
  const text = [
    'You proposed this action, and a person has to decide whether it is carried out:',
    visibleJson({ kind, payload }),
    'Before deciding, that person asks you:',
    visibleJson({ question }),
    'Answer with the JSON object: the answer as `summary`, in at most three sentences, what it rests on as `reasons` with their evidence, and no actions. Say so where the context does not tell.',
  ].join('\n');
  return {
    ...decision,
    messages: [
      ...decision.messages,
      { role: 'assistant', content: [{ type: 'text', text: visibleJson({ actions: [{ kind, payload }] }) }] },
      { role: 'user', content: [{ type: 'text', text }] },
    ],
    toolChoice: 'none',
  };
}
