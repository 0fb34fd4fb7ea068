/**
 * Makes what a webhook body speaks of known to the sandbox, silently, so that a recorded event runs with its own
 * content as context. Takes any body; repeating it changes nothing, and newer state is never replaced by older.
 */
import { Router } from 'express';
import type { SandboxDeps } from './deps.js';
import { learnBitbucket } from './learn/bitbucket.js';
import { learnJira } from './learn/jira.js';
import type { Note } from './learn/note.js';
import { learnSlack } from './learn/slack.js';
import { textAt } from './loose-json.js';

/** One teacher per source; `eventKey` is the vendor's event name where only a header carries it. */
type Teacher = (deps: SandboxDeps, body: unknown, note: Note, eventKey: string | null) => void;

const TEACHERS = {
  jira: learnJira,
  bitbucket: learnBitbucket,
  slack: learnSlack,
} as const satisfies Record<string, Teacher>;

/** Learns from one body and answers what it made known or already knew, each thing once: `issue PAY-142`. */
export function learn(
  deps: SandboxDeps,
  source: keyof typeof TEACHERS,
  body: unknown,
  eventKey: string | null = null,
): readonly string[] {
  const learned = new Set<string>();
  deps.store.transaction(() => TEACHERS[source](deps, body, (thing) => learned.add(thing), eventKey));
  return [...learned];
}

/** Serves `POST /_learn` `{source, eventKey?, body}` → `{learned: […]}`. */
export function createLearnRouter(deps: SandboxDeps): Router {
  const router = Router();
  router.post('/_learn', (request, response) => {
    const source = textAt(request.body, 'source') ?? '';
    if (!isSource(source)) {
      const message = `"source" must be one of ${Object.keys(TEACHERS).join(', ')}; it is "${source}".`;
      response.status(400).json({ error: { code: 'unknown_source', message } });
      return;
    }
    const { body } = request.body as { body?: unknown };
    response.json({ learned: learn(deps, source, body, textAt(request.body, 'eventKey')) });
  });
  return router;
}

function isSource(name: string): name is keyof typeof TEACHERS {
  return Object.hasOwn(TEACHERS, name);
}
