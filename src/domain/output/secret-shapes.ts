/** Shapes of credentials by which anybody can tell them. Each row: what a refusal calls it, and how it looks. */
export const SECRET_SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  [
    'a private key',
    /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g,
  ],
  ['an operator’s token for pm-agent', /\bpma_[\w-]{20,}/g],
  ['a Slack token', /\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]{10,}/g],
  ['a Slack webhook address', /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{20,}/g],
  ['an Anthropic key', /\bsk-ant-[\w-]{10,}/g],
  ['an API key', /\bsk-(?:[a-z]+-)?(?=[\w-]*\d)[\w-]{32,}/g],
  ['an Atlassian token', /\bAT(?:ATT|CTT|STT|BB|OA)(?=[\w=.-]*\d)[\w=.-]{16,}/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/g],
  ['a GitLab token', /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,}/g],
  ['an AWS key id', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['a Google API key', /\bAIza[\w-]{35}/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}/g],
  ['a Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{5,}/g],
  ['an Authorization header', /\b(?:Basic|Bearer)\s+(?=[\w+/.~-]*\d)[\w+/.~-]{20,}=*/gi],
];
