/** What a person does with git and no API of Bitbucket's takes: the pull request changes other files from now on. */
import { Router } from 'express';
import { refuse } from '../http.js';
import { at, isRecord, listAt, textAt } from '../loose-json.js';
import type { BitbucketDiffstatRecord } from './records.js';
import type { BitbucketState } from './state.js';

/** `POST /_bitbucket/rewrite` `{repository, id, files: [{path, oldPath?, status, linesAdded, linesRemoved}]}` */
export function createRewriteRouter(bitbucket: BitbucketState): Router {
  const router = Router();
  router.post('/_bitbucket/rewrite', (request, response) => {
    const body: unknown = request.body;
    const pr = bitbucket.findPullRequest(textAt(body, 'repository') ?? '', Number(at(body, 'id')));
    const files = listAt(body, 'files').filter(isFile);
    if (pr === null || files.length !== listAt(body, 'files').length)
      return refuse(response, '"repository", "id" and "files" must name a pull request and what it changes.');
    bitbucket.savePullRequest({ ...pr, diffstat: files });
    response.json({ id: pr.id });
  });
  return router;
}

const STATUSES = ['added', 'removed', 'modified', 'renamed'];

function isFile(value: unknown): value is BitbucketDiffstatRecord {
  return (
    isRecord(value) &&
    textAt(value, 'path') !== null &&
    (value.oldPath === undefined || textAt(value, 'oldPath') !== null) &&
    STATUSES.includes(String(value.status)) &&
    [value.linesAdded, value.linesRemoved].every((count) => Number.isInteger(count))
  );
}
