/** The stories by name. To add one: a file here and a row below. */
import { closeRequest } from './close-request.js';
import { demo } from './demo.js';
import { moveRequest } from './move-request.js';
import { newBug } from './new-bug.js';
import { overdue } from './overdue.js';
import { pullRequest } from './pull-request.js';
import { question } from './question.js';
import { redBuild } from './red-build.js';
import { slackMention } from './slack-mention.js';
import { sprintStart } from './sprint-start.js';
import type { Story } from './story.js';

export const STORIES = {
  demo,
  question,
  'close-request': closeRequest,
  'move-request': moveRequest,
  'new-bug': newBug,
  overdue,
  'red-build': redBuild,
  'pull-request': pullRequest,
  'slack-mention': slackMention,
  'sprint-start': sprintStart,
} as const satisfies Record<string, Story>;
