import { log } from '@temporalio/activity';
import type { JiraLink } from '../../domain/actions/jira-link.js';
import type { JiraEdits, LinkType, LinkWrite } from '../../integrations/jira/edits.js';
import type { Jira, JiraChange, JiraIssue } from '../../integrations/jira/jira.js';
import type { Authorship } from '../authorship.js';
import { type Executor, type Made, madeAs } from './executor.js';

/** Links two issues. The link itself tells whether it was done; Jira keeps none twice. */
export function jiraLink(jira: Jira, edits: JiraEdits, authorship: Authorship): Executor<'jira.link'> {
  const find = async ({ issueKey, toKey, relation }: JiraLink): Promise<Made | null> => {
    const { links } = await jira.getIssue(issueKey);
    const link = links.find((one) => one.key === toKey && isSame(one.relation, relation));
    return madeAs(link?.id ?? null);
  };
  /** Jira answers no id; the issue tells it. Where it does not, the link is there all the same, and only its id is not known. */
  const idOfMade = async (payload: JiraLink): Promise<string | null> => {
    try {
      return (await find(payload))?.remoteId ?? null;
    } catch (error) {
      log.warn('the id of a link that was made could not be read', { issueKey: payload.issueKey, error });
      return null;
    }
  };
  return {
    find,
    byAnother: async (payload) =>
      authorship.ofAnother(linkingOf(await jira.getIssue(payload.issueKey), payload)),
    async prepare(payload) {
      const types = await edits.linkTypes();
      const write = writeOf(payload, types);
      if (write === null) {
        const known = types.flatMap(({ inward, outward }) => [outward, inward]);
        const message = `this Jira has no link that reads "${payload.relation}"; it has: ${[...new Set(known)].join(', ')}`;
        return { settled: 'failed', message };
      }
      const { issueKey, toKey, relation } = payload;
      return {
        request: edits.requests.addLink(write),
        precheck: async () =>
          (await find(payload)) === null
            ? null
            : { settled: 'executed', message: `${issueKey} already ${relation} ${toKey}` },
        send: async (signal) => {
          await edits.addLink(write, signal);
          return { remoteId: await idOfMade(payload) };
        },
      };
    },
  };
}

/** The change by which they were linked, which Jira tells in a sentence: "This issue blocks PAY-2". */
function linkingOf({ changes }: JiraIssue, { toKey, relation }: JiraLink): JiraChange | null {
  const linking = changes.findLast(
    ({ field, to }) =>
      ['link', 'issuelinks'].includes(field.toLowerCase()) &&
      to !== null &&
      to.endsWith(` ${toKey}`) &&
      to.toLowerCase().includes(relation.trim().toLowerCase()),
  );
  return linking ?? null;
}

function writeOf({ issueKey, relation, toKey }: JiraLink, types: readonly LinkType[]): LinkWrite | null {
  const forward = types.find(({ outward }) => isSame(outward, relation));
  if (forward !== undefined) {
    return { type: forward.name, fromKey: issueKey, toKey };
  }
  const backward = types.find(({ inward }) => isSame(inward, relation));
  return backward === undefined ? null : { type: backward.name, fromKey: toKey, toKey: issueKey };
}

function isSame(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase();
}
