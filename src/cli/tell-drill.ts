/** What a drill says of itself once it is over. Until then nothing tells it from a request. */
import { oneLine } from './table.js';
import type { CycleView } from './views.js';

const WRONG_WIDTH = 300;

/** Null for what was no drill, or still waits. */
export function tellDrill({ approvals }: Pick<CycleView, 'approvals'>): string | null {
  const wrong = approvals.map(({ drill = null }) => drill).find((one) => one !== null);
  return wrong === undefined ? null : `this was a drill: ${oneLine(wrong, WRONG_WIDTH)}`;
}

/** In place of the event's id, which leads nowhere: it was shown as long as the drill waited. */
export const MADE_UP = 'its event was made up for it and never existed';
