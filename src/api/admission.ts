import type { ApiDeps } from './deps.js';
import { type Admission, createAdmission } from './webhooks/admission.js';
import { createOwnAccounts } from './webhooks/own-accounts.js';
import { createOwnEffects } from './webhooks/own-effects.js';

/** Which events become cycles, by what the mirror knows and by pm-agent.yaml as it is in force. */
export function admissionOf({ config, agentFile, mirror }: ApiDeps): Admission {
  return createAdmission({
    config,
    teams: () => agentFile().teams,
    accounts: createOwnAccounts(mirror),
    effects: createOwnEffects(mirror),
  });
}
