import type { Bitbucket } from '../../../src/integrations/bitbucket/bitbucket.js';
import type { BitbucketChanges } from '../../../src/integrations/bitbucket/changes.js';
import { createBitbucketChanges } from '../../../src/integrations/bitbucket/changes-client.js';
import { type BitbucketOptions, createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import {
  type BitbucketNotes,
  createBitbucketNotes,
} from '../../../src/integrations/bitbucket/notes-client.js';
import {
  type BitbucketRemovals,
  createBitbucketRemovals,
} from '../../../src/integrations/bitbucket/removals.js';
import { type SendingCases, type SendingClient, sendingClient } from './cases.js';

const REPOSITORY = 'a/b';
const NOTHING = { values: [] };
const PULL_REQUEST = { id: 1, title: '', state: 'OPEN', created_on: '', updated_on: '' };
const COMMENT = { id: 1, created_on: '2026-01-01T00:00:00.000000+00:00' };
const STATUS = { state: 'FAILED' };
const FILE = { status: 'modified' };
const more = (value: unknown) => ({ values: [value], next: 'https://api.bitbucket.org/2.0/x?page=2' });
const WRITE = { repository: REPOSITORY, pullRequestId: 1, body: 'x', actionId: 'y' };

const READS_AND_WRITES: SendingCases<Bitbucket> = {
  currentUser: [{ call: (bitbucket) => bitbucket.currentUser(), answers: [{}] }],
  getPullRequest: [{ call: (bitbucket) => bitbucket.getPullRequest(REPOSITORY, 1), answers: [PULL_REQUEST] }],
  getComments: [
    { call: (bitbucket) => bitbucket.getComments(REPOSITORY, 1), answers: [more(COMMENT), NOTHING] },
  ],
  getDiffstat: [
    { call: (bitbucket) => bitbucket.getDiffstat(REPOSITORY, 1), answers: [more(FILE), NOTHING] },
  ],
  findLine: [
    {
      call: (bitbucket) => bitbucket.findLine(REPOSITORY, 1, { path: 'a.ts', line: 1, side: 'new' }),
      answers: ['diff --git a/a.ts b/a.ts\n'],
    },
  ],
  getCommitStatuses: [
    { call: (bitbucket) => bitbucket.getCommitStatuses(REPOSITORY, 'c'), answers: [more(STATUS), NOTHING] },
  ],
  findPullRequests: [
    { call: (bitbucket) => bitbucket.findPullRequests(REPOSITORY, 'PAY-1'), answers: [NOTHING] },
  ],
  getCommitMessages: [
    { call: (bitbucket) => bitbucket.getCommitMessages(REPOSITORY, 1), answers: [NOTHING] },
  ],
  newestCommits: [{ call: (bitbucket) => bitbucket.newestCommits(REPOSITORY), answers: [NOTHING] }],
  getRepository: [
    { call: (bitbucket) => bitbucket.getRepository(REPOSITORY), answers: [{ full_name: 'a/b' }] },
  ],
  findCommentByAction: [
    {
      call: (bitbucket) => bitbucket.findCommentByAction(REPOSITORY, 1, 'x', ['ab']),
      answers: [more(COMMENT), NOTHING],
    },
  ],
  addComment: [
    { call: (bitbucket) => bitbucket.addComment(WRITE), answers: [{ id: 1 }] },
    {
      call: (bitbucket) =>
        bitbucket.addComment({ ...WRITE, inline: { path: 'a.ts', line: 3, side: 'new' }, answers: ['ab'] }),
      answers: [{ id: 1 }],
    },
    {
      call: (bitbucket) => bitbucket.addComment({ ...WRITE, inline: { path: 'a.ts', line: 3, side: 'old' } }),
      answers: [{ id: 1 }],
    },
  ],
};

const SINCE = '2026-01-01T00:00:00.000Z';
const NEXT_ACTIVITY = {
  values: [{ update: { date: '2026-01-02T00:00:00Z', state: 'OPEN' } }],
  next: 'https://api.bitbucket.org/2.0/x?ctx=c&page=2',
};

const CHANGES: SendingCases<BitbucketChanges> = {
  updatedPullRequests: [
    {
      call: (changes) => changes.updatedPullRequests({ repository: REPOSITORY, since: SINCE, page: 2 }),
      answers: [NOTHING],
    },
  ],
  activity: [
    { call: (changes) => changes.activity(REPOSITORY, 1, SINCE), answers: [NEXT_ACTIVITY, NOTHING] },
  ],
};

const PLACE = { repository: REPOSITORY, pullRequestId: 1 };
const NOTE = { body: 'x', actionId: 'y', answers: ['ab'] };

const NOTES: SendingCases<BitbucketNotes> = {
  // Whichever of the two comes first, both answers fit both.
  read: [{ call: (notes) => notes.read(PLACE, '11'), answers: [COMMENT, COMMENT] }],
  newest: [{ call: (notes) => notes.newest(PLACE), answers: [{}, more(COMMENT), NOTHING] }],
  add: [{ call: (notes) => notes.add(PLACE, NOTE), answers: [{ id: 1 }] }],
  edit: [{ call: (notes) => notes.edit(PLACE, '11', NOTE), answers: [{ id: 1 }] }],
  putBack: [{ call: (notes) => notes.putBack(PLACE, '11', { raw: 'x' }), answers: [{ id: 1 }] }],
};

const REMOVALS: SendingCases<BitbucketRemovals> = {
  deleteComment: [
    { call: (removals) => removals.deleteComment({ ...PLACE, commentId: '11' }), answers: [null] },
  ],
};

export function bitbucketClients(baseUrl: string): readonly SendingClient[] {
  const options: BitbucketOptions = { baseUrl, username: null, token: 't' };
  return [
    sendingClient('createBitbucket', createBitbucket(options), READS_AND_WRITES),
    sendingClient('createBitbucketChanges', createBitbucketChanges(options), CHANGES),
    sendingClient('createBitbucketNotes', createBitbucketNotes(options), NOTES),
    sendingClient('createBitbucketRemovals', createBitbucketRemovals(options), REMOVALS),
  ];
}
