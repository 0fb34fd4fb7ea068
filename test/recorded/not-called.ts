/**
 * Recorded answers of operations that no client here calls, by file name: the method and the path, `*` for a part of it.
 * Whoever starts to call one of them finds it here (requests.test.ts) and has it read in rest.test.ts.
 */
type NotCalled = Readonly<Record<string, string>>;

const ISSUE = '/rest/api/3/issue/*';

export const JIRA_NOT_CALLED: NotCalled = {
  devlake_remotelinks_10042: `GET ${ISSUE}/remotelink`,
  devlake_status_10135: 'GET /rest/api/3/status',
  devlake_status_3: 'GET /rest/api/3/status',
  devlake_worklogs_10809: `GET ${ISSUE}/worklog`,
  ga_get_issue_metadata: `GET ${ISSUE}/editmeta`,
  ga_get_issue_watchers: `GET ${ISSUE}/watchers`,
  ga_get_project_versions: 'GET /rest/api/3/project/*/versions',
  ga_search_projects: 'GET /rest/api/3/project/search',
  gj_all_priorities: 'GET /rest/api/3/priority',
  gj_board_configuration: 'GET /rest/agile/1.0/board/*/configuration',
  gj_component_get: 'GET /rest/api/3/component/*',
  gj_remote_links: `GET ${ISSUE}/remotelink`,
  jcli_createmetav9: 'GET /rest/api/3/issue/createmeta/*/issuetypes',
  jcli_epic: 'GET /rest/agile/1.0/epic/*/issue',
  jcli_serverinfo: 'GET /rest/api/3/serverInfo',
  jtm_editmeta: `GET ${ISSUE}/editmeta`,
  jtm_watchers: `GET ${ISSUE}/watchers`,
  mm_cloud_get_create_issue_metadata_for_project_many_fields: 'GET /rest/api/3/issue/createmeta',
  mm_cloud_get_jira_project_metadata: 'GET /rest/api/3/issue/createmeta',
};

const REPOSITORY = '/repositories/*/*';

export const BITBUCKET_NOT_CALLED: NotCalled = {
  'devlake_deployments_fcb46cbc-87': `GET ${REPOSITORY}/deployments`,
  devlake_issues_30: `GET ${REPOSITORY}/issues`,
  'devlake_pipelines_01fad871-cd': `GET ${REPOSITORY}/pipelines`,
  jenkins_hooks: `GET ${REPOSITORY}/hooks`,
  'jenkins_refs-branches_pagelen_100': `GET ${REPOSITORY}/refs/branches`,
  scm_branches: `GET ${REPOSITORY}/refs/branches`,
  scm_hook: `GET ${REPOSITORY}/hooks/*`,
  scm_user_workspaces: 'GET /user/workspaces',
};

export const SLACK_NOT_CALLED: NotCalled = {
  'bots.info.ok': 'POST /bots.info',
  'chat.scheduleMessage.ok': 'POST /chat.scheduleMessage',
  'conversations.info.ok': 'POST /conversations.info',
  jtm_conversations_info: 'POST /conversations.info',
  jtm_users_conversations: 'POST /users.conversations',
  'reactions.add.ok': 'POST /reactions.add',
  'shape_users.lookupByEmail': 'POST /users.lookupByEmail',
  'team.info.ok': 'POST /team.info',
  'users.lookupByEmail.ok': 'POST /users.lookupByEmail',
};

/** Is this request, without what stands before the vendor's paths, one of that operation? */
export function isOf(
  operation: string,
  request: { readonly method: string; readonly path: string },
): boolean {
  const pattern = operation.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
  return new RegExp(`^${pattern}$`).test(`${request.method} ${request.path}`);
}
