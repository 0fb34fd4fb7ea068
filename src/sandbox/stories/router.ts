import { Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { param } from '../http.js';
import { STORIES } from './index.js';
import { StoryProblem } from './story.js';

export type StoryResult =
  | { readonly ok: true; readonly tells: string }
  | { readonly ok: false; readonly reason: 'unknown' | 'impossible'; readonly message: string };

/** Plays a story, all of it or nothing; says why where it cannot. Its webhooks go out by themselves. */
export function playStory(deps: SandboxDeps, name: string): StoryResult {
  if (!isStory(name)) {
    const message = `There is no story "${name}". Known: ${Object.keys(STORIES).join(', ')}.`;
    return { ok: false, reason: 'unknown', message };
  }
  const story = STORIES[name];
  try {
    deps.store.transaction(() => story.play(deps));
  } catch (error) {
    if (!(error instanceof StoryProblem)) {
      throw error;
    }
    return { ok: false, reason: 'impossible', message: error.message };
  }
  deps.log.info({ story: name }, 'The sandbox played a story');
  return { ok: true, tells: story.tells };
}

/** Serves `GET /_story` (what there is) and `POST /_story/:name`; 404 names the known stories, 409 says what is missing. */
export function createStoryRouter(deps: SandboxDeps): Router {
  const router = Router();
  router.get('/_story', (_request, response) => {
    response.json({ items: Object.entries(STORIES).map(([name, { tells }]) => ({ name, tells })) });
  });
  router.post('/_story/:name', (request, response) => {
    const name = param(request, 'name');
    const result = playStory(deps, name);
    if (result.ok) {
      response.json({ story: name, tells: result.tells });
      return;
    }
    const unknown = result.reason === 'unknown';
    response
      .status(unknown ? 404 : 409)
      .json({ error: { code: unknown ? 'unknown_story' : 'story_impossible', message: result.message } });
  });
  return router;
}

function isStory(name: string): name is keyof typeof STORIES {
  return Object.hasOwn(STORIES, name);
}
