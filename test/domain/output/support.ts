import type { OutputRules } from '../../../src/domain/output/rule.js';

/** Put together here, so that no scanner takes this file for a leak. */
function token(...parts: readonly string[]): string {
  return parts.join('');
}

const MIXED = 'a1B2c3'.repeat(6);

/** One of each shape, by what a refusal calls it. */
export const TOKENS: Readonly<Record<string, string>> = {
  'an operator’s token for pm-agent': token('pm', 'a_', MIXED),
  'a Slack token': token('xo', 'xb-1234567890-abcdefABCDEF'),
  'a Slack webhook address': token('https://hooks.slack.com/', 'services/T00000000/B00000000/', MIXED),
  'an Anthropic key': token('sk', '-ant-', 'api03-', MIXED),
  'an API key': token('sk', '-proj-', MIXED),
  'an Atlassian token': token('AT', 'ATT3xFfGF0', MIXED, '=ABCDEF01'),
  'a GitHub token': token('gh', 'p_', MIXED),
  'a GitLab token': token('gl', 'pat-', MIXED),
  'an AWS key id': token('AK', 'IA', 'ABCDEFGH12345678'),
  'a Google API key': token('AI', 'za', 'a1B2c3d'.repeat(5)),
  'an npm token': token('np', 'm_', MIXED),
  'a Stripe key': token('sk', '_live_', MIXED),
  'a JSON web token': ['.', '.', ''].map((dot) => token('ey', 'J', MIXED, dot)).join(''),
  'an Authorization header': token('Authorization: ', 'Bea', 'rer ', MIXED),
  'a private key': ['BEGIN', 'END']
    .map((end) => token('-----', end, ' RSA ', 'PRIVATE KEY-----'))
    .join('\nMIIEow\n'),
};

export const CONFIGURED = ['correct', 'horse', 'battery', '9'].join('-');

export const rules: OutputRules = {
  linkHosts: ['acme.atlassian.net', 'bitbucket.org'],
  mentions: ['712020:lead', 'U0LEAD', 'S0TEAM', 'lead-uuid'],
  secrets: [
    {
      name: 'SLACK_SIGNING_SECRET',
      forms: [
        CONFIGURED,
        Buffer.from(CONFIGURED).toString('base64'),
        Buffer.from(CONFIGURED).toString('hex'),
      ],
    },
  ],
};
