/** What stands between this worker and the vendors, and what is recorded and told where one of them fails. */
import { escalationPlace } from '../activities/escalation.js';
import type { CircuitMirror, CircuitRow } from '../audit/circuits.js';
import type { PauseMirror } from '../audit/vendor-pauses.js';
import type { AgentFile, Config } from '../config/config.js';
import { createBitbucketTraffic } from '../integrations/bitbucket/limits.js';
import { createClaudeTraffic, modelNamed } from '../integrations/claude/limits.js';
import { createJiraTraffic } from '../integrations/jira/limits.js';
import { createSlackTraffic } from '../integrations/slack/limits.js';
import type { CircuitWatch, Outage } from '../integrations/traffic/circuit.js';
import type { PartState } from '../integrations/traffic/part-circuits.js';
import type { PauseBook } from '../integrations/traffic/pause-book.js';
import type { Traffic, TrafficParts } from '../integrations/traffic/traffic.js';
import type { Logger } from '../log.js';

export type Target = 'jira' | 'bitbucket' | 'slack' | 'claude';
export type VendorTraffic = { readonly [T in Target]: Traffic };

export interface TrafficDeps {
  readonly config: Pick<Config, 'slack'> & { readonly claude: Pick<Config['claude'], 'models'> };
  /** pm-agent.yaml as it is in force. */
  readonly agentFile: () => AgentFile;
  readonly mirror: { readonly circuits: CircuitMirror; readonly pauses: PauseMirror };
  /** How it stood when the worker before this one ended. */
  readonly open: readonly CircuitRow[];
  readonly log: Pick<Logger, 'warn' | 'info' | 'error'>;
}

export function createVendorTraffic(deps: TrafficDeps): VendorTraffic {
  return {
    jira: createJiraTraffic(partsOf(deps, 'jira')),
    bitbucket: createBitbucketTraffic(partsOf(deps, 'bitbucket')),
    slack: createSlackTraffic(partsOf(deps, 'slack')),
    claude: createClaudeTraffic({
      ...partsOf(deps, 'claude'),
      partState: (part) => stateOfModel(deps, modelNamed(part)),
    }),
  };
}

/** A model of a trial run, which no setting names, is nobody's outage. */
function stateOfModel(deps: TrafficDeps, model: string): PartState {
  const settings = settingsOf(deps.config.claude.models, model);
  if (settings.length === 0) {
    return {};
  }
  const target = modelTarget(model);
  return {
    outage: openAt(deps, target),
    watch: watchOf(deps, target, (outage) => missingModelText(model, settings, outage)),
  };
}

/** What a worker from before noted of models that no setting names any more: nobody will ask them, so that nothing would end it. */
export async function forgetOtherModels({
  config,
  mirror,
  open,
}: Pick<TrafficDeps, 'config' | 'mirror' | 'open'>): Promise<void> {
  const named = new Set(Object.values(config.claude.models).map(modelTarget));
  for (const { target } of open) {
    if (target.startsWith(modelTarget('')) && !named.has(target)) {
      await mirror.circuits.closed(target);
    }
  }
}

/** What an outage of one model is kept under; readiness and metrics take it for one of `claude`'s. */
function modelTarget(model: string): string {
  return `claude:${model}`;
}

function partsOf(deps: TrafficDeps, target: Target): TrafficParts {
  return {
    outage: openAt(deps, target),
    book: bookOf(deps, target),
    watch: watchOf(deps, target, (outage) => alertText(target, outage)),
  };
}

function openAt({ open }: TrafficDeps, target: string): Outage | null {
  return open.find((row) => row.target === target) ?? null;
}

/** What cannot be recorded is logged: calls to the vendor must not hang on it. */
function watchOf(deps: TrafficDeps, target: string, textOf: (outage: Outage) => string): CircuitWatch {
  const { config, agentFile, mirror, log } = deps;
  let isFailing = openAt(deps, target) !== null;
  const recorded = (work: Promise<void>) => {
    work.catch((error: unknown) => log.error({ target, error }, 'an outage could not be recorded'));
  };
  return {
    failing: ({ kind, message }) => {
      if (!isFailing) {
        log.warn(
          { target, kind, reason: message },
          'calls to this vendor are held back until one is answered',
        );
      }
      isFailing = true;
      const text = textOf({ kind, message });
      const places = alertPlaces(config, agentFile());
      recorded(mirror.circuits.failing({ target, kind, message, text, places }));
    },
    closed: () => {
      log.info({ target }, 'this vendor answers again: calls go');
      isFailing = false;
      recorded(mirror.circuits.closed(target));
    },
  };
}

/** What the mirror does not take or tell is learned from the vendor, by one refused call. */
function bookOf({ mirror: { pauses }, log }: TrafficDeps, target: Target): PauseBook {
  const failed = (error: unknown) => log.error({ target, error }, 'a pause could not be shared with others');
  return {
    read: (keys) => {
      try {
        return pauses.read(target, keys);
      } catch (error) {
        failed(error);
        return [];
      }
    },
    note: (pause) => void pauses.note(target, pause).catch(failed),
    drop: (keys) => void pauses.drop(target, keys).catch(failed),
  };
}

/** Each team's place to escalate to, once. None where nothing may be written to Slack. */
export function alertPlaces({ slack }: Pick<Config, 'slack'>, file: AgentFile): readonly string[] {
  const places = file.teams.map((team) => escalationPlace(team, file.people));
  return slack.acts ? [...new Set(places.filter((place) => place !== null))] : [];
}

const NAMES: { readonly [T in Target]: string } = {
  jira: 'Jira',
  bitbucket: 'Bitbucket',
  slack: 'Slack',
  claude: 'Claude',
};

const TOKENS: { readonly [T in Target]: string } = {
  jira: 'ATLASSIAN_SERVICE_ACCOUNT_TOKEN',
  bitbucket: 'BITBUCKET_TOKEN',
  slack: 'SLACK_BOT_TOKEN',
  claude: 'ANTHROPIC_API_KEY',
};

function alertText(target: Target, { kind, message }: Outage): string {
  const name = NAMES[target];
  const what = {
    auth: `${name} refuses the agent's credentials`,
    forbidden: `${name} refuses everything that the agent asks`,
    away: `${name} does not answer the agent`,
  }[kind];
  const remedy =
    kind === 'away'
      ? 'Nothing has to be done here: one call in a while tries it, and all goes on with the first answer.'
      : `Check \`${TOKENS[target]}\` and what its account may do, and the setting that its answer names, if it names one; restart the worker after a change. All goes on by itself with the first answer.`;
  return [
    `**${what}.** What needs ${name} waits; nothing is lost.`,
    `Its last answer: ${message}`,
    remedy,
    'This is told once an hour at most. `pm-agent doctor` shows how it stands.',
  ].join('\n\n');
}

type Models = TrafficDeps['config']['claude']['models'];

const SETTINGS: { readonly [M in keyof Models]: string } = {
  triage: 'ANTHROPIC_MODEL_TRIAGE',
  normal: 'ANTHROPIC_MODEL',
  hard: 'ANTHROPIC_MODEL_HARD',
};

/** The settings that name this model. */
function settingsOf(models: Models, model: string): readonly (keyof Models)[] {
  return (['triage', 'normal', 'hard'] as const).filter((use) => models[use] === model);
}

function missingModelText(
  model: string,
  settings: readonly (keyof Models)[],
  { message }: Pick<Outage, 'message'>,
): string {
  const waits = settings.some((use) => use !== 'triage')
    ? 'What needs it waits, and nothing is lost; what other models answer goes on.'
    : 'The normal model takes the first look in its place, which costs more; nothing waits.';
  return [
    `**Claude does not have the model \`${model}\`, and answers for others.** ${waits}`,
    `Its last answer: ${message}`,
    `Correct ${settings.map((use) => `\`${SETTINGS[use]}\``).join(' and ')}, or let the account of \`ANTHROPIC_API_KEY\` use that model, and restart the worker. All goes on by itself with the first answer.`,
    'This is told once an hour at most. `pm-agent doctor` shows how it stands.',
  ].join('\n\n');
}
