/** Slack for a process that keeps no address guard of its own. */
import { type AddressGuardOptions, createAddressGuard } from '../address-guard.js';
import { type SlackOptions } from './call.js';
import { createSlack } from './client.js';
import type { Slack } from './slack.js';

export type GuardedSlackOptions = Pick<SlackOptions, 'apiUrl' | 'botToken' | 'timeoutMs'> &
  Pick<AddressGuardOptions, 'privateHosts' | 'resolve'>;

export function createGuardedSlack({ privateHosts, resolve, ...options }: GuardedSlackOptions): Slack {
  const rules = { privateHosts, ...(resolve === undefined ? {} : { resolve }) };
  const guard = createAddressGuard({ service: 'slack', baseUrl: options.apiUrl, ...rules });
  return createSlack({ ...options, guard });
}
