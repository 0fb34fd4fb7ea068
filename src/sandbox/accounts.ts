/** The agent's own accounts at each simulated vendor; its display name comes from the configuration. */
export interface AgentAccounts {
  readonly jira: { readonly accountId: string; readonly displayName: string };
  readonly bitbucket: { readonly uuid: string; readonly displayName: string };
  readonly slack: { readonly userId: string; readonly botId: string; readonly displayName: string };
}

/** Fixed ids, so that examples, tests and pm-agent.yaml can name them. */
export function createAgentAccounts(agentName: string): AgentAccounts {
  return {
    jira: { accountId: '712020:pm-agent', displayName: agentName },
    bitbucket: { uuid: '{pm-agent-uuid}', displayName: agentName },
    slack: { userId: 'U0PMAGENT', botId: 'B0PMAGENT', displayName: agentName },
  };
}
