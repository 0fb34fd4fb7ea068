/** The configuration that every process gets: `loadConfig(env)` makes it, nobody else reads the environment. */
import type { Absence } from '../domain/absence.js';
import type { Groups, Person } from '../domain/approval.js';
import type { AutonomyRules } from '../domain/autonomy.js';
import type { Budgets } from '../domain/budget.js';
import type { EventSource } from '../domain/event.js';
import type { ModelPrice } from '../domain/model-usage.js';
import type { Policy } from '../domain/policy.js';
import type { Routing } from '../domain/which-model.js';
import type { WorkCalendar } from '../domain/work-calendar.js';

export interface Team {
  readonly id: string;
  readonly timezone: string;
  readonly members: readonly string[];
  readonly jiraProjects: readonly string[];
  /** Service projects whose customers may be answered; left out: none. */
  readonly publicAnswers?: readonly string[];
  readonly jiraBoard: number | null;
  /** Name or id of the field that its projects estimate in; left out: the usual names. */
  readonly estimateField?: string | null;
  readonly repositories: readonly string[];
  readonly slackChannel: string | null;
  readonly lead: string | null;
  /** Who comes after the lead. Left out, as the calendar, in tests that need none. */
  readonly backup?: string | null;
  readonly calendar?: WorkCalendar | null;
  /** Who of it does not work when; left out: nothing is known. */
  readonly away?: readonly Absence[];
  /** The team's own words, given to the model as its owner's rules. */
  readonly rules: string;
}

/** pm-agent.yaml with every default filled in. */
export interface AgentFile {
  /** Absolute; null where there is no file and the defaults hold. */
  readonly path: string | null;
  readonly agent: { readonly name: string; readonly language: string };
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  /** Left out: none. */
  readonly groups?: Groups;
  readonly policy: Policy;
  /** Left out: the built-in rules. */
  readonly autonomy?: AutonomyRules;
  /** Share of the requests for approval that a drill follows; left out: none. */
  readonly drills?: { readonly rate: number };
  readonly budgets: Budgets & { readonly trialsPerDay: number };
  readonly limits: {
    readonly modelTurns: number;
    /** Longest reply of the model that decides, and of the one that looks first: tokens, thinking included. */
    readonly replyTokens: number;
    readonly triageTokens: number;
    readonly actionsPerDecision: number;
    readonly actionsPerSubjectPerHour: number;
    readonly messagesPerChannelPerHour: number;
  };
  /** Left out: what is built in. */
  readonly routing?: Routing;
  readonly output: { readonly linkHosts: readonly string[]; readonly mentions: readonly string[] };
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** How long ended events are kept after they arrived (30 days or more), and cycles. */
  readonly retention: { readonly eventsMs: number; readonly cyclesMs: number };
  /** What the file asks for and this version cannot do, each as a sentence to log at start. */
  readonly warnings?: readonly string[];
}

/** An MCP server that Jira is read through first. */
export interface McpSettings {
  readonly door:
    | {
        readonly kind: 'command';
        readonly program: string;
        readonly args: readonly string[];
        /** All that it gets of the environment, besides PATH and the like. */
        readonly env: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'url'; readonly url: string; readonly authorization: string | null };
  /** What a read may wait for it; then REST is asked. */
  readonly timeoutMs: number;
  /** The one accepted hash of its tool; null: the known ones, or the first that is seen. */
  readonly toolSha256: string | null;
  /** `DATA_DIR/mcp-tools.json`: hashes of tools that were seen first. */
  readonly pinsFile: string;
}

interface Vendor {
  /** Hosts that may lead inside the network: those that VENDOR_PRIVATE_HOSTS names, and the sandbox's own. */
  readonly privateHosts: readonly string[];
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** True where the sandbox plays this vendor. */
  readonly sandboxed: boolean;
  /** May writes leave? False: actions end as `simulated` (AGENT_MODE). */
  readonly acts: boolean;
}

export interface Config {
  readonly version: string;
  readonly server: { readonly host: string; readonly port: number; readonly adminToken: string | null };
  /** Addresses and CIDR ranges whose `X-Forwarded-For` names the client, for limits alone; empty: nobody's does. */
  readonly trustedProxies: readonly string[];
  /** Where people reach the API, for links in messages (PM_AGENT_URL); null where nobody said. */
  readonly publicUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** `DATA_DIR/inbox.db`, written by the API only. */
  readonly inboxFile: string;
  /** From DATABASE_URL, written by the worker only. */
  readonly mirrorFile: string;
  /** `DATA_DIR/operators.db`: tokens, written by `pm-agent token` only. */
  readonly operatorsFile: string;
  /** `DATA_DIR/sandbox.db`, written by the sandbox only. */
  readonly sandboxFile: string;
  readonly temporal: {
    /** `host:port`: TEMPORAL_ADDRESS, else the dev server that pm-agent starts. */
    readonly address: string;
    /** True where TEMPORAL_ADDRESS (or a profile) named it: then no server is started. */
    readonly external: boolean;
    readonly namespace: string;
    readonly taskQueue: string;
    readonly devPort: number;
    readonly uiPort: number;
    readonly cliPath: string | null;
    /** What `Connection.connect` and `NativeConnection.connect` take, from @temporalio/envconfig (TLS, API key, metadata). */
    readonly connectionOptions: Readonly<Record<string, unknown>>;
  };
  readonly agentMode: 'default' | 'simulation' | 'production';
  readonly sandbox: {
    readonly mode: 'auto' | 'off' | 'on';
    readonly port: number;
    readonly story: boolean;
    /** What it listens on (SANDBOX_HOST); default 127.0.0.1. */
    readonly host?: string;
    /** SANDBOX_URL, else `http://127.0.0.1:<SANDBOX_PORT>` */
    readonly url: string;
  };
  readonly jira: Vendor & {
    readonly email: string | null;
    readonly token: string;
    /** Cloud speaks v3 and ADF, Data Center v2 and wiki markup. */
    readonly deployment: 'cloud' | 'data_center';
    /** Where people open it, where that is told apart from where it is asked. */
    readonly siteUrl: string | null;
    /** Null where Jira is read over REST alone. */
    readonly mcp: McpSettings | null;
  };
  readonly bitbucket: Vendor & { readonly username: string | null; readonly token: string };
  readonly slack: Vendor & { readonly botToken: string };
  readonly claude: Vendor & {
    readonly apiKey: string;
    readonly models: { readonly triage: string; readonly normal: string; readonly hard: string };
  };
  /** Current secret first, then the previous one during a rotation; empty only with ALLOW_UNSIGNED_WEBHOOKS. */
  readonly webhookSecrets: { readonly [S in EventSource]: readonly string[] };
  readonly allowUnsignedWebhooks: boolean;
  /** Bytes of the largest delivery, where it is not the door's own limit. */
  readonly bodyLimits: { readonly [S in EventSource]?: number };
  /** Null: no limit. */
  readonly eventMaxAgeMs: number | null;
  readonly approvalTimeoutMs: number;
  readonly coalesceWindowMs: number;
  /** How often the vendors are searched for changes that no webhook told of; null: never. */
  readonly sweepEveryMs: number | null;
  /** Cycles that may work at once. */
  readonly relayMaxCycles: number;
  readonly log: { readonly level: string; readonly format: 'json' | 'pretty' };
  /** Absolute: where pm-agent.yaml is looked for, whether it is there or not. */
  readonly agentFilePath: string;
  /** As it was when the process started; what runs asks `LiveFile`. */
  readonly file: AgentFile;
}

/** A configuration that cannot be used: one line that names the setting and what to do. Processes exit 1 with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Each thing that is wrong, as a sentence; the message holds all of them. */
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const all = typeof problems === 'string' ? [problems] : problems;
    super(all.join('; '));
    this.problems = all;
  }
}
