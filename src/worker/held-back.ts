import type { OutgoingRequest } from '../domain/effect.js';
import type { IntegrationError } from '../integrations/integration-error.js';
import { issueOfPath } from '../integrations/jira/limits.js';
import { channelOfCall } from '../integrations/slack/limits.js';
import type { VendorTraffic } from './vendor-traffic.js';

/** Asks before a write is recorded what its client would answer: an action that only waits leaves no intent each time. */
export function heldBackBy(traffic: VendorTraffic): (request: OutgoingRequest) => IntegrationError | null {
  return (request) => {
    const { service, method, path } = request;
    const sent = { service, method, path, write: true };
    return isTarget(service) ? traffic[service].heldBack({ sent, resource: resourceOf(request) }) : null;
  };
}

function isTarget(service: OutgoingRequest['service']): service is Exclude<keyof VendorTraffic, 'claude'> {
  return service === 'jira' || service === 'bitbucket' || service === 'slack';
}

function resourceOf({ service, path, body }: OutgoingRequest): string | null {
  return service === 'slack'
    ? channelOfCall(path.slice(1), Object(body) as Record<string, unknown>)
    : issueOfPath(path);
}
