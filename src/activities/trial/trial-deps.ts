import type { MirrorWriter } from '../../audit/mirror.js';
import type { ActivityDeps } from '../dependencies.js';

/** What a trial run is given: no vendor but the model, and of the mirror only what it cannot change a cycle with. */
export type TrialDeps = Pick<
  ActivityDeps,
  | 'claude'
  | 'modelHeldBack'
  | 'trials'
  | 'standIn'
  | 'policy'
  | 'autonomy'
  | 'output'
  | 'people'
  | 'groups'
  | 'teams'
  | 'agent'
  | 'models'
  | 'replyTokens'
  | 'prices'
  | 'limits'
  | 'routing'
  | 'clock'
  | 'messageBody'
> & {
  readonly mirror: Pick<MirrorWriter, 'getBlob' | 'putBlob' | 'accountIdsOf' | 'heldLevels'>;
};
