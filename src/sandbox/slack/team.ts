/** The workspace and the app that the simulated Slack knows. */
export const SLACK_TEAM = { id: 'T0ACMECORP', name: 'Acme', domain: 'acme' };
export const SLACK_APP_ID = 'A0PMAGENT';
