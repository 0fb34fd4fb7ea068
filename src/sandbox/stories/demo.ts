import { moveRequest } from './move-request.js';
import { question } from './question.js';
import type { Story } from './story.js';

/** What a newcomer sees after `npm start`: one answer, one approval that waits. */
export const demo: Story = {
  tells: 'A question that is answered, and a request that waits for an approval.',
  play: (deps) => {
    question.play(deps);
    moveRequest.play(deps);
  },
};
