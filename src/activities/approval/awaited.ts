import type { Person } from '../../domain/approval.js';
import type { AwaitedRequest, OverdueRequest } from '../../domain/cycle.js';

/** With the Slack accounts of those whom the API would let decide it: what anybody else clicked is no decision on its way. */
export function toAwaited(request: OverdueRequest, people: readonly Person[]): AwaitedRequest {
  const { approvalId, deadline, hash, deciders, notBy } = request;
  const slackAccounts = people.flatMap(({ id, slack }) =>
    slack !== null && !notBy.includes(id) && (deciders === null || deciders.includes(id)) ? [slack] : [],
  );
  return { approvalId, deadline, hash, slackAccounts };
}
