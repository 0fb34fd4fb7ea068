/** Claude's limits count by model (platform.claude.com/docs/en/api/rate-limits): a refusal says nothing of another model. */
import { createHash } from 'node:crypto';
import type { IntegrationError } from '../integration-error.js';
import type { Call } from '../traffic/call.js';
import type { PartRules } from '../traffic/part-circuits.js';
import { createTraffic, type Traffic, type TrafficParts } from '../traffic/traffic.js';
import type { ModelRequest } from './claude.js';

/** Whatever is asked: the API is overloaded (529), or nobody paid (402). */
const OF_ALL: ReadonlySet<number | null> = new Set([529, 402]);

export function createClaudeTraffic(parts: TrafficParts = {}): Traffic {
  return createTraffic({ service: 'claude', reachOf: () => 'resource', isOfAll, parts: MODELS }, parts);
}

/** As a part of the vendor, and in its sentences. */
const MODEL = 'model ';

/** A model that is not there, or not for this account, is answered 404 (failure.ts). */
const MODELS: PartRules = {
  partOf: ({ resource }) => resource ?? '',
  isGone: ({ status, refusesAll }) => status === 404 && refusesAll,
};

/** Of a part of this vendor. */
export function modelNamed(part: string): string {
  return part.startsWith(MODEL) ? part.slice(MODEL.length) : part;
}

/** Is it not about this one request? A model that is not there, and a gateway that takes nothing, are not. A 500 may be: some prompt that always fails. */
function isOfAll({ status, code, refusesAll }: IntegrationError): boolean {
  return OF_ALL.has(status) || code === 'network' || refusesAll;
}

/** The call that asks for a message, as limits and outages see it. */
export function callOf({ model, messages }: Pick<ModelRequest, 'model' | 'messages'>): Call {
  return {
    sent: { service: 'claude', method: 'POST', path: '/v1/messages', write: false },
    resource: `${MODEL}${model}`,
    place: createHash('sha256').update(JSON.stringify(messages)).digest('hex'),
  };
}
