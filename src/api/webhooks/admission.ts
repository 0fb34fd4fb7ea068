/** Which understood events become cycles: not our own, not stale, not from outside the configured teams and site. */
import type { Config, Team } from '../../config/config.js';
import { isLoopbackUrl } from '../../config/loopback.js';
import type { EventSource, PmEvent } from '../../domain/event.js';
import { madeAnew } from '../../domain/made-anew.js';
import { repositoryName } from '../../domain/repository.js';
import type { Parsed } from './door.js';
import { ignored, quarantined } from './door.js';

const FUTURE_LIMIT_MS = 5 * 60 * 1000;

/** Is the signed time so far ahead of ours that the clocks must differ? */
export function isFromTheFuture(signedAt: number | null, now: number): signedAt is number {
  return signedAt !== null && signedAt - now > FUTURE_LIMIT_MS;
}

/** Hosts that front many Jira sites: they do not tell which site an event comes from. */
const GATEWAYS = new Set(['api.atlassian.com']);

export interface Admission {
  /** The parsed delivery as it is, or why it is not for us. `age` null: it is not too old, whatever it says. */
  admit(parsed: Parsed, age: Age | null): Parsed;
}

/** Milliseconds since 1970. */
export interface Age {
  /** Null where the vendor does not say. */
  readonly signedAt: number | null;
  readonly now: number;
}

export interface OwnAccounts {
  isOwn(vendor: EventSource, ids: readonly string[]): boolean;
}

/** What the agent itself wrote, whoever a delivery names as its author. */
export interface OwnEffects {
  isOwn(event: PmEvent): boolean;
}

export interface AdmissionParts {
  readonly config: Pick<Config, 'jira' | 'eventMaxAgeMs'>;
  /** As they are now. */
  readonly teams: () => readonly Team[];
  readonly accounts: OwnAccounts;
  readonly effects: OwnEffects;
}

export function createAdmission({ config, teams, accounts, effects }: AdmissionParts): Admission {
  // Looks up what the teams have when they change, not for each delivery.
  const allowed = madeAnew(teams, allowedProjects);
  const site = ownSite(config.jira);
  return {
    admit(parsed, age) {
      if (parsed.outcome !== 'event') {
        return parsed;
      }
      const { event } = parsed;
      if (accounts.isOwn(event.source, parsed.actorIds)) {
        return ignored(event.tenant, 'own event');
      }
      if (effects.isOwn(event)) {
        return ignored(event.tenant, 'own event: what it tells of is an effect of ours');
      }
      const stale = age === null ? null : whyStale(age, config.eventMaxAgeMs);
      if (stale !== null) {
        return quarantined(event.tenant, stale);
      }
      if (event.source === 'jira' && site !== null && !['default', site].includes(event.tenant)) {
        return ignored(event.tenant, `from another site than JIRA_BASE_URL: ${event.tenant}`);
      }
      return allowed()(event)
        ? parsed
        : ignored(event.tenant, `${event.project ?? event.subject} belongs to no team in pm-agent.yaml`);
    },
  };
}

function whyStale({ signedAt, now }: Age, maxAgeMs: number | null): string | null {
  if (signedAt === null || maxAgeMs === null) {
    return null;
  }
  if (now - signedAt > maxAgeMs) {
    return 'signed longer ago than EVENT_MAX_AGE';
  }
  return isFromTheFuture(signedAt, now) ? 'signed more than 5 minutes in the future' : null;
}

/** The host that events must name; null where any may: a simulated or local Jira, or a gateway. */
function ownSite(jira: Config['jira']): string | null {
  if (jira.sandboxed || isLoopbackUrl(jira.baseUrl) || !URL.canParse(jira.baseUrl)) {
    return null;
  }
  const { host } = new URL(jira.baseUrl);
  return GATEWAYS.has(host) ? null : host;
}

function allowedProjects(teams: readonly Team[]): (event: PmEvent) => boolean {
  if (teams.length === 0) {
    return () => true;
  }
  const projects = new Set(teams.flatMap((team) => team.jiraProjects));
  const repositories = new Set(teams.flatMap((team) => team.repositories.map(repositoryName)));
  const boards = new Set(teams.flatMap((team) => (team.jiraBoard === null ? [] : [team.jiraBoard])));
  return (event) => {
    if (event.source === 'bitbucket') {
      return event.project !== null && repositories.has(repositoryName(event.project));
    }
    if (event.source === 'slack') {
      return true;
    }
    if ('sprint' in event) {
      return event.sprint.boardId === null || boards.size === 0 || boards.has(event.sprint.boardId);
    }
    // A link names no project: whether it is ours shows once it is read.
    return event.project === null || projects.has(event.project);
  };
}
