import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { Action } from '../domain/action.js';

/** The action that a request was made for, as it waits now. */
export function actionOf({ kind, payload }: Pick<ApprovalsTable, 'kind' | 'payload'>): Action {
  return { kind, payload: JSON.parse(payload) } as Action;
}
