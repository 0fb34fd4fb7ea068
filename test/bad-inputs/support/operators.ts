/** People who sign in and decide, over the wire. */
import { expect } from '@jest/globals';
import { type StoredCycle, storeCycle } from '../../api/support/stored-cycle.js';
import { makeToken } from '../../api/support/tokens.js';
import { call, type Headers, type Message } from './wire.js';
import type { World } from './world.js';

/** As a page of our own says where it stands. */
export function ownPage({ api }: World): Headers {
  return [
    ['Host', `127.0.0.1:${api.port}`],
    ['Origin', `http://127.0.0.1:${api.port}`],
  ];
}

export interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

export async function signIn(world: World): Promise<SignedIn> {
  const token = makeToken(world.api.config);
  const reply = await call(world.api.port, {
    method: 'POST',
    path: '/api/session',
    headers: [...ownPage(world), ['Content-Type', 'application/json']],
    body: JSON.stringify({ token: token.secret }),
  });
  expect(reply.status).toBe(201);
  return {
    cookie: reply.headers['set-cookie']?.split(';')[0] ?? '',
    csrf: String(reply.body.csrfToken),
  };
}

/** Asks for a transition and says it is approved; what the workflow would answer is not asked for. */
export async function decision(
  world: World,
  headers: Headers,
  overrides: (stored: StoredCycle) => { readonly id?: string; readonly hash?: string } = () => ({}),
): Promise<Message> {
  const stored = await storeCycle(world.api);
  const { id = stored.approvalId, hash = stored.asked.hash } = overrides(stored);
  return {
    method: 'POST',
    path: `/api/approvals/${id}/decision`,
    headers: [['Content-Type', 'application/json'], ...headers],
    body: JSON.stringify({ decision: 'approve', hash }),
  };
}
