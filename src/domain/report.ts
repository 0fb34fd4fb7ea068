/** What is written on a schedule. The names are those of `reports` in pm-agent.yaml. */
export type ReportKind = 'standup' | 'sprint_health' | 'pull_requests' | 'delivery_review';
