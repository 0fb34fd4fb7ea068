import type { Context } from '../../domain/context.js';
import type { Prompt } from '../../reasoning/prompt.js';
import type { TurnInput } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import type { RunningStep } from '../step.js';
import type { Conversation } from './exchanges.js';

/** A turn as it is taken. */
export interface Turn {
  readonly deps: ActivityDeps;
  readonly input: TurnInput;
  readonly step: RunningStep;
  readonly context: Context;
  /** From 1. */
  readonly n: number;
}

/** The conversation that a turn is part of, and by whom and under whose words it is held. */
export interface Talk {
  readonly conversation: Conversation;
  readonly model: string;
  readonly prompt: Pick<Prompt, 'id' | 'version'>;
  /** The model that should have been asked, and why it was not; left out where it was. */
  readonly insteadOf?: { readonly model: string; readonly why: string };
}

/** By today's configuration: what a conversation begins with. */
export function modelOf({ deps: { models }, input: { route } }: Pick<Turn, 'deps' | 'input'>): string {
  return models[route ?? 'normal'];
}
