/** The product's clients over a running sandbox. */
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import { createBitbucketNotes } from '../../../src/integrations/bitbucket/notes-client.js';
import { createBitbucketRemovals } from '../../../src/integrations/bitbucket/removals.js';
import { createJiraEdits } from '../../../src/integrations/jira/edits-client.js';
import { createJiraNotes } from '../../../src/integrations/jira/notes-client.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { createSlack } from '../../../src/integrations/slack/client.js';
import { createSlackRemovals } from '../../../src/integrations/slack/removals.js';

type Vendors = Pick<ActivityDeps, 'jira' | 'jiraEdits' | 'bitbucket' | 'slack' | 'notes' | 'removals'>;

/** @param url of the sandbox @param timeoutMs of one call */
export function vendorsAt(
  url: string,
  deployment: 'cloud' | 'data_center' = 'cloud',
  timeoutMs = 2_000,
  token = 't',
): Vendors {
  const shared = { token, timeoutMs };
  const jiraAccess = {
    ...shared,
    baseUrl: `${url}/${deployment === 'cloud' ? 'jira' : 'jira-dc'}`,
    email: null,
    deployment,
  };
  const bitbucketAccess = { ...shared, baseUrl: `${url}/bitbucket`, username: null };
  const slackAccess = { apiUrl: `${url}/slack`, botToken: 't', timeoutMs };
  return {
    jira: createJiraRest(jiraAccess),
    jiraEdits: createJiraEdits(jiraAccess),
    bitbucket: createBitbucket(bitbucketAccess),
    slack: createSlack(slackAccess),
    notes: { jira: createJiraNotes(jiraAccess), bitbucket: createBitbucketNotes(bitbucketAccess) },
    removals: {
      bitbucket: createBitbucketRemovals(bitbucketAccess),
      slack: createSlackRemovals(slackAccess),
    },
  };
}
