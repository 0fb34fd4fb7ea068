import type { SandboxDeps } from '../deps.js';

/** A few things that people do, told through the sandbox's own state, so that the ordinary webhooks go out. */
export interface Story {
  /** One line for people: what happens, and what the agent makes of it. */
  readonly tells: string;
  /** Throws `StoryProblem` where the state has nobody or nothing to play it with. */
  readonly play: (deps: SandboxDeps) => void;
}

/** The state no longer holds what the story needs; `POST /_reset` brings it back. */
export class StoryProblem extends Error {
  constructor(missing: string) {
    super(
      `The story needs ${missing}, and the sandbox holds none now. POST /_reset brings the demo team back.`,
    );
  }
}
