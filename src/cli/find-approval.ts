import { type ApiClient, describeFailure, itemsOf } from './api-client.js';
import { CommandError } from './command.js';
import type { ApprovalView } from './views.js';

const NOT_FOUND = 404;

/**
 * The approval that a person means: by its own id, its action's id, or its cycle's id where one waits there.
 * @throws CommandError where none or several fit
 */
export async function findApproval(api: ApiClient, id: string): Promise<ApprovalView> {
  const answer = await api.ask('GET', `/api/approvals/${encodeURIComponent(id)}`);
  if (answer.status === 200) {
    return answer.body as ApprovalView;
  }
  if (answer.status !== NOT_FOUND && answer.status !== 400) {
    throw new CommandError(describeFailure(answer));
  }
  const pending = itemsOf<ApprovalView>(await api.get('/api/approvals?status=pending&limit=500'));
  const fitting = pending.filter((approval) => approval.actionId === id || approval.cycleId === id);
  const [only, ...others] = fitting;
  if (only === undefined) {
    throw new CommandError(`nothing that waits for a decision has the id ${id}; see npx pm-agent approvals`);
  }
  if (others.length > 0) {
    const ids = fitting.map((approval) => `${approval.id} (${approval.kind})`).join(', ');
    throw new CommandError(`${fitting.length} approvals wait in ${id}; name one of ${ids}`);
  }
  return only;
}
