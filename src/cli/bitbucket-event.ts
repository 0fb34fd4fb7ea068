import { member } from './api-client.js';

/**
 * The `X-Event-Key` that a Bitbucket body was probably sent with; null where it does not show. Bitbucket names the
 * event in the header only, and several bodies are identical across events, so `--event` wins over this.
 */
export function guessBitbucketEvent(body: unknown): string | null {
  const has = (key: string) => member(body, key) !== undefined;
  const named = member(body, 'eventKey');
  if (typeof named === 'string') {
    return named;
  }
  if (has('pullrequest')) {
    return guessPullRequestEvent(body);
  }
  if (has('push')) {
    return 'repo:push';
  }
  if (has('commit_status')) {
    return wasUpdated(member(body, 'commit_status'))
      ? 'repo:commit_status_updated'
      : 'repo:commit_status_created';
  }
  if (has('issue')) {
    return has('comment') ? 'issue:comment_created' : 'issue:created';
  }
  if (has('comment')) {
    return 'repo:commit_comment_created';
  }
  return has('fork') ? 'repo:fork' : has('changes') ? 'repo:updated' : null;
}

function guessPullRequestEvent(body: unknown): string {
  const pullRequest = member(body, 'pullrequest');
  const state = member(pullRequest, 'state');
  if (member(body, 'approval') !== undefined) {
    return 'pullrequest:approved';
  }
  if (member(body, 'changes_request') !== undefined) {
    return 'pullrequest:changes_request_created';
  }
  if (member(body, 'comment') !== undefined) {
    return 'pullrequest:comment_created';
  }
  if (state === 'MERGED') {
    return 'pullrequest:fulfilled';
  }
  if (state === 'DECLINED') {
    return 'pullrequest:rejected';
  }
  return wasUpdated(pullRequest) ? 'pullrequest:updated' : 'pullrequest:created';
}

/** Bitbucket writes both times within a second when it makes something. */
function wasUpdated(item: unknown): boolean {
  const [created, updated] = [member(item, 'created_on'), member(item, 'updated_on')];
  return (
    typeof created === 'string' &&
    typeof updated === 'string' &&
    Date.parse(updated) - Date.parse(created) > 1_000
  );
}
