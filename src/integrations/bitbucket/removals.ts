/** Taking back a comment of our own. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { segment } from '../http.js';
import { type BitbucketOptions, createBitbucketHttp, repositoryPath } from './client.js';

export interface CommentName {
  readonly repository: string;
  readonly pullRequestId: number;
  readonly commentId: string;
}

export interface BitbucketRemovals {
  /** Throws `IntegrationError` with status 404 where it is gone. */
  deleteComment(name: CommentName, signal?: AbortSignal): Promise<void>;
  requests: { deleteComment(name: CommentName): OutgoingRequest };
}

export function createBitbucketRemovals(options: BitbucketOptions): BitbucketRemovals {
  const http = createBitbucketHttp(options);
  const deleteComment = ({ repository, pullRequestId, commentId }: CommentName): OutgoingRequest => ({
    service: 'bitbucket',
    method: 'DELETE',
    path: `${repositoryPath(repository)}/pullrequests/${segment(String(pullRequestId))}/comments/${segment(commentId)}`,
    body: null,
  });
  return {
    requests: { deleteComment },
    deleteComment: async (name, signal) => {
      const { method, path } = deleteComment(name);
      await http.send({ method, path, ...(signal === undefined ? {} : { signal }) }, z.unknown());
    },
  };
}
