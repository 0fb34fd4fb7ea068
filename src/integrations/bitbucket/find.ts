/** Finding the pull requests that name something: one page each, because a context is bounded. */
import { z } from 'zod';
import { type HttpClient, segment } from '../http.js';
import type { Bitbucket } from './bitbucket.js';
import { toPullRequest } from './convert.js';
import { commitSchema, pageOf, pullRequestSchema } from './schema.js';

/** Bitbucket takes no more in a list of pull requests. */
const PULL_REQUESTS = 50;
const COMMITS = 100;
const MESSAGES = 50;
/** Without them only open ones are listed. */
const ALL_STATES = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'];

type Finds = Pick<Bitbucket, 'findPullRequests' | 'getCommitMessages' | 'newestCommits'>;

/** @param pathOf the path of a repository; throws for what is none. */
export function findsOf(http: HttpClient, pathOf: (repository: string) => string): Finds {
  return {
    findPullRequests: async (repository, text) => {
      const wanted = quoted(text);
      const query = {
        q: `title ~ ${wanted} OR source.branch.name ~ ${wanted} OR state = "OPEN"`,
        state: ALL_STATES,
        sort: '-updated_on',
        pagelen: PULL_REQUESTS,
      };
      const path = `${pathOf(repository)}/pullrequests`;
      const { values } = await http.send({ method: 'GET', path, query }, pageOf(pullRequestSchema));
      return values.map((json) => ({
        ...toPullRequest(repository, json),
        destinationCommit: json.destination?.commit?.hash ?? null,
      }));
    },
    getCommitMessages: async (repository, id) => {
      const path = `${pathOf(repository)}/pullrequests/${segment(String(id))}/commits`;
      const query = { pagelen: MESSAGES };
      const { values } = await http.send({ method: 'GET', path, query }, pageOf(commitSchema));
      return values.map(({ message }) => message ?? '');
    },
    newestCommits: async (repository) => {
      const query = { pagelen: COMMITS };
      const path = `${pathOf(repository)}/commits`;
      const { values } = await http.send({ method: 'GET', path, query }, pageOf(commitSchema));
      return values.map(({ hash, message, parents }) => ({
        hash,
        message: message ?? '',
        parents: (parents ?? []).map((parent) => parent.hash),
      }));
    },
  };
}

/** A string of Bitbucket's filter language; what could end it is refused. */
function quoted(text: string): string {
  return `"${z
    .string()
    .regex(/^[\w ./-]+$/)
    .parse(text)}"`;
}
