/** What history and audit call it where no rule of pm-agent.yaml spoke, one row each: no rule of a file has such a name. */
export const OWN_RULE_NAMES = {
  noRule: 'default',
  unanswered: 'asked and not answered',
  acknowledgement: 'acknowledge mute and unmute',
  allDenied: 'critical and all denied',
  breaker: 'breaker',
  overBudget: 'over budget',
  expired: 'nobody decided in time',
  unanalysed: 'critical without the model',
  undo: 'undo',
} as const;
