import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CommitStatusEvent } from '../../src/domain/event.js';
import { failedBuilds, placeOf } from '../../src/domain/failed-builds.js';
import { commentEvent } from '../support/builders.js';

function build(commit: string, state: string, branch = 'main'): CommitStatusEvent {
  return {
    type: 'commit_status',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api',
    project: 'acme/pay-api',
    changeKey: null,
    occurredAt: null,
    actor: null,
    repository: 'acme/pay-api',
    commit,
    branch,
    state,
    name: 'unit',
  };
}
const commits = (events: readonly CommitStatusEvent[]) =>
  failedBuilds([...events, commentEvent()]).map(({ commit }) => commit);

test('a red build behind whatever came later, and none that was put right since', () => {
  expect(commits([build('a', 'FAILED'), build('b', 'SUCCESSFUL', 'feature/x')])).toEqual(['a']);
  expect(commits([build('a', 'FAILED'), build('b', 'INPROGRESS')])).toEqual(['a']);
  expect(commits([build('a', 'FAILED'), build('b', 'SUCCESSFUL')])).toEqual([]);
  // Another build of the same commit says nothing of this one.
  expect(commits([build('a', 'FAILED'), build('a', 'SUCCESSFUL')])).toEqual(['a']);
  expect(commits([build('a', 'SUCCESSFUL'), build('b', 'ERROR'), build('b', 'FAILED')])).toEqual(['b']);
});

test('the last word on a branch is never lost', () => {
  const events = fc.array(
    fc.record({
      commit: fc.constantFrom('a', 'b', 'c'),
      state: fc.constantFrom('FAILED', 'ERROR', 'SUCCESSFUL', 'INPROGRESS', 'STOPPED'),
      branch: fc.constantFrom('main', 'feature/x'),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(events, (given) => {
      const builds = given.map(({ commit, state, branch }) => build(commit, state, branch));
      const found = failedBuilds(builds);
      for (const branch of ['main', 'feature/x']) {
        const last = builds.findLast(
          (one) => one.branch === branch && ['FAILED', 'ERROR', 'SUCCESSFUL'].includes(one.state),
        );
        if (last !== undefined && last.state !== 'SUCCESSFUL') {
          expect(found.map(placeOf)).toContain(placeOf(last));
        }
      }
      expect(new Set(found.map(placeOf)).size).toBe(found.length);
    }),
  );
});
