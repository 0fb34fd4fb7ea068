import { isOpen } from '../domain/approval.js';
import { type ApiClient, describeFailure, member } from './api-client.js';
import { CommandError } from './command.js';
import type { ApprovalView, CycleView } from './views.js';

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
  const fitting = (await inCycleOf(api, id)).filter(
    ({ status, actionId, cycleId }) => isOpen(status) && [actionId, cycleId].includes(id),
  );
  const [only, ...others] = fitting;
  if (only === undefined) {
    throw new CommandError(`nothing that waits for a decision has the id ${id}; see npx pm-agent approvals`);
  }
  if (others.length > 0) {
    const ids = fitting.map((approval) => `${approval.id} (${approval.kind})`).join(', ');
    throw new CommandError(`${fitting.length} approvals wait in ${id}; name one of ${ids}`);
  }
  return (await api.get(`/api/approvals/${encodeURIComponent(only.id)}`)) as ApprovalView;
}

/** Of the cycle with this id, or the one whose action has it: however many wait elsewhere. */
async function inCycleOf(api: ApiClient, id: string): Promise<readonly ApprovalView[]> {
  const action = await api.ask('GET', `/api/actions/${encodeURIComponent(id)}`);
  const cycleId = action.status === 200 ? member(action.body, 'cycleId') : id;
  const cycle = await api.ask('GET', `/api/cycles/${encodeURIComponent(String(cycleId))}`);
  return cycle.status === 200 ? (cycle.body as CycleView).approvals : [];
}
