/** Tokens as the command line makes them, in the file that a test's API reads. */
import type { Config } from '../../../src/config/config.js';
import { type NewToken, openTokens, type Tokens } from '../../../src/operators/tokens.js';
import { quietLog } from '../../support/quiet-log.js';

/** Runs one command's worth of work on the file. */
export function withTokens<T>(config: Pick<Config, 'operatorsFile'>, work: (tokens: Tokens) => T): T {
  const tokens = openTokens({ file: config.operatorsFile, log: quietLog, clock: () => new Date() });
  try {
    return work(tokens);
  } finally {
    tokens.close();
  }
}

export function makeToken(config: Pick<Config, 'operatorsFile'>, given: Partial<NewToken> = {}) {
  const { token, secret } = withTokens(config, (tokens) =>
    tokens.create({ name: 'ops', person: null, scope: 'decide', expiresAt: null, ...given }),
  );
  return { id: token.id, secret, bearer: { authorization: `Bearer ${secret}` } };
}
