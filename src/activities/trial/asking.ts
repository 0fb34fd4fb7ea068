import type { AskModel } from './ask.js';
import type { LookFirst } from './first-look.js';

/** The two stages that a case goes through. */
export interface Asking {
  readonly ask: AskModel;
  readonly lookFirst: LookFirst;
}
