import type { Context } from '../../domain/context.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { ToolInput, ToolName } from '../../reasoning/tools/index.js';
import type { ActivityDeps } from '../dependencies.js';
import type { GatherSources } from '../gather/gatherer.js';
import type { ToolScope } from './scope.js';

/** What a tool reads with. `sources.collector` takes what it found. */
export interface ToolUse {
  readonly deps: ActivityDeps;
  readonly cycle: CycleInput;
  readonly context: Context;
  readonly scope: ToolScope;
  readonly sources: GatherSources;
}

/** Answers why it may not be read; null where it was. A vendor's failure is thrown. */
export type Tool<N extends ToolName> = (input: ToolInput<N>, use: ToolUse) => Promise<string | null>;
