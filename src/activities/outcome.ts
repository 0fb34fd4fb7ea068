/** What a failed call means for the action. */
import { ApplicationFailure } from '@temporalio/activity';
import type { ActionResult } from '../domain/cycle.js';
import { IntegrationError, isGone } from '../integrations/integration-error.js';
import { failed, obsolete } from './actions/results.js';

interface Named {
  readonly target: string;
  /** In words for a person. */
  readonly label: string;
}

/** Null where another attempt may help. */
export function outcomeOf({ target, label }: Named, error: unknown): ActionResult | null {
  if (!(error instanceof IntegrationError) || error.outcomeUnknown) {
    return null;
  }
  if (isGone(error)) {
    return obsolete(`${target} is gone: ${error.message}`);
  }
  if (error.retryable) {
    return null;
  }
  return error.code === 'conflict'
    ? obsolete(`${target} changed meanwhile: ${error.message}`)
    : failed(label, error);
}

/** What would end an action is tried again where it only says that nobody could look. */
export function cannotLook(cause: unknown): ApplicationFailure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return ApplicationFailure.create({
    type: 'Activity.CannotLook',
    message: `whether an earlier attempt did it cannot be seen: ${why}`,
    ...(cause instanceof Error ? { cause } : {}),
  });
}
