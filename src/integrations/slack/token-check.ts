import { z } from 'zod';
import { createSlackCall, type SlackOptions } from './call.js';
import { authTestSchema } from './schema.js';
import { SLACK_SCOPES } from './scopes.js';

export interface SlackToken {
  /** Who the token is, and in which workspace. */
  readonly user: string;
  readonly teamId: string;
  /** Needed scopes that it does not have; empty also where Slack does not tell its scopes. */
  readonly missingScopes: readonly string[];
}

const schema = authTestSchema.extend({
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** One call of `auth.test`, whose answer names the token's scopes in a header. Throws `IntegrationError`. */
export async function checkSlackToken(options: SlackOptions): Promise<SlackToken> {
  const { user, user_id, team_id, response_metadata } = await createSlackCall(options)(
    'auth.test',
    {},
    schema,
  );
  const scopes = response_metadata?.scopes;
  const missingScopes =
    scopes === undefined ? [] : Object.keys(SLACK_SCOPES).filter((scope) => !scopes.includes(scope));
  return { user: user ?? user_id, teamId: team_id, missingScopes };
}
