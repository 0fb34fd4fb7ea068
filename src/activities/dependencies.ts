import type { MirrorWriter } from '../audit/mirror.js';
import type { TrialMirror } from '../audit/trials.js';
import type { Absence } from '../domain/absence.js';
import type { Groups, Person } from '../domain/approval.js';
import type { AutonomyRules } from '../domain/autonomy.js';
import type { Budgets } from '../domain/budget.js';
import type { AwaitedRequest } from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import type { PmEvent } from '../domain/event.js';
import type { PageBases } from '../domain/item-link.js';
import type { ModelPrice } from '../domain/model-usage.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import type { OutputRules } from '../domain/output/rule.js';
import type { Pause } from '../domain/pause.js';
import type { Policy } from '../domain/policy.js';
import type { Restore } from '../domain/restore.js';
import type { Routing } from '../domain/which-model.js';
import type { WorkCalendar } from '../domain/work-calendar.js';
import type { Bitbucket } from '../integrations/bitbucket/bitbucket.js';
import type { BitbucketChanges } from '../integrations/bitbucket/changes.js';
import type { BitbucketNotes } from '../integrations/bitbucket/notes-client.js';
import type { BitbucketRemovals } from '../integrations/bitbucket/removals.js';
import type { Claude, ModelRequest } from '../integrations/claude/claude.js';
import type { IntegrationError } from '../integrations/integration-error.js';
import type { JiraChanges } from '../integrations/jira/changes.js';
import type { JiraEdits } from '../integrations/jira/edits.js';
import type { IssueReader } from '../integrations/jira/issue-reader.js';
import type { Jira } from '../integrations/jira/jira.js';
import type { JiraNotes } from '../integrations/jira/notes-client.js';
import type { SlackChanges } from '../integrations/slack/changes.js';
import type { SlackRemovals } from '../integrations/slack/removals.js';
import type { Slack } from '../integrations/slack/slack.js';

/** What activities read of a team in pm-agent.yaml. */
export interface TeamSettings {
  readonly id: string;
  /** Left out: UTC. */
  readonly timezone?: string;
  readonly jiraProjects: readonly string[];
  /** Service projects whose customers may be answered; left out: none. */
  readonly publicAnswers?: readonly string[];
  readonly jiraBoard: number | null;
  readonly repositories: readonly string[];
  readonly slackChannel: string | null;
  /** Id of the person who is told when somebody has to step in. */
  readonly lead: string | null;
  /** Who comes after the lead; left out or null: nobody. */
  readonly backup?: string | null;
  /** When the team works; left out or null: always. */
  readonly calendar?: WorkCalendar | null;
  /** Ids of its people; left out: none. */
  readonly members?: readonly string[];
  /** Who of them does not work when; left out: nothing is known. */
  readonly away?: readonly Absence[];
  readonly rules: string;
}

/** Who holds a subject's lane, as the relay (its owner) has it. */
export interface LaneHolder {
  /** A cycle id; null where the lane is free. */
  readonly holder: string | null;
  readonly fence: number;
}

/** Everything the activities need, made once by the worker's composition root. */
export interface ActivityDeps {
  readonly jira: Jira;
  readonly jiraEdits: JiraEdits;
  /** What a context is made of; code that acts asks `jira` itself. */
  readonly issues: Pick<IssueReader, 'readIssue' | 'assignableUsers'>;
  readonly bitbucket: Bitbucket;
  readonly slack: Slack;
  /** The living notes of issues and pull requests. */
  readonly notes: { readonly jira: JiraNotes; readonly bitbucket: BitbucketNotes };
  /** Taking back what was said. */
  readonly removals: { readonly bitbucket: BitbucketRemovals; readonly slack: SlackRemovals };
  readonly claude: Claude;
  /** What happened at the vendors lately: what the sweep reads. */
  readonly changes: {
    readonly jira: JiraChanges;
    readonly bitbucket: BitbucketChanges;
    readonly slack: SlackChanges;
  };
  /** The failure that this write would end with now, because its vendor asked to be left alone; null where it may go. */
  readonly heldBack: (request: OutgoingRequest) => IntegrationError | null;
  /** The same of a question to the model. */
  readonly modelHeldBack: (request: Pick<ModelRequest, 'model' | 'messages'>) => IntegrationError | null;
  readonly mirror: MirrorWriter;
  readonly trials: TrialMirror;
  readonly policy: Policy;
  /** Left out: what holds where pm-agent.yaml says nothing. */
  readonly autonomy?: AutonomyRules;
  /** What may leave in a text. */
  readonly output: OutputRules;
  readonly people: readonly Person[];
  /** Named sets of people; left out: none. */
  readonly groups?: Groups;
  readonly teams: readonly TeamSettings[];
  /** Where people look at what actions touch. */
  readonly pages: PageBases;
  /** May writes leave for this vendor? False: its actions end as `simulated`. */
  readonly acts: { readonly jira: boolean; readonly bitbucket: boolean; readonly slack: boolean };
  readonly agent: { readonly name: string; readonly language: string };
  readonly models: { readonly triage: string; readonly normal: string; readonly hard: string };
  /** How long a reply may be, thinking included. */
  readonly replyTokens: { readonly decision: number; readonly triage: number };
  /** pm-agent.yaml's `prices`: USD per million tokens by model, over the built-in table. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** What the model may cost. */
  readonly budgets: Budgets;
  readonly limits: {
    readonly actionsPerDecision: number;
    readonly actionsPerSubjectPerHour: number;
    /** Turns of one decision in which the model may ask to read more; one more, without tools, ends it. */
    readonly modelTurns: number;
  };
  /** What decides by rule which model looks at an event; left out: what holds where pm-agent.yaml says nothing. */
  readonly routing?: Routing;
  /** USD that trial runs may cost in a UTC day, besides the budgets. */
  readonly trialsPerDay: number;
  /** Does the sandbox answer for Claude? Then scores say nothing about quality. */
  readonly standIn: boolean;
  /** Reads the relay's lanes; null where the subject has none. May throw where they cannot be read. */
  readonly laneHolder: (subject: string) => Promise<LaneHolder | null>;
  /** Events that wait for this subject's lane, the newest first, a bounded number. May throw where they cannot be read. */
  readonly waitingEvents: (subject: string) => readonly PmEvent[];
  /** The pause that a person ordered and that holds; null where effects may leave. Throws where that cannot be read: then none may. */
  readonly pause: () => Pause | null;
  /** Which of these changes (by key) the inbox has already; none where it cannot be read yet. */
  readonly knownChanges: (keys: readonly string[]) => Promise<ReadonlySet<string>>;
  /** On which of these requests a decision that ends them was recorded before their deadline and waits to be brought to them. */
  readonly decidedInTime: (requests: readonly AwaitedRequest[]) => readonly string[];
  /** The decision that the outbox holds under this id and that no workflow refused; null for none. Throws where it cannot be read. */
  readonly recordedDecision: (id: string) => OutboxDecision | null;
  /** The latest restore from a backup; null where there was none. It cannot happen while this process runs. */
  readonly restored: Restore | null;
  /** This installation's own key for the marks of effects. */
  readonly markKey: string;
  readonly clock: () => Date;
  /** The body that the Claude client sends for a request: what the mirror keeps. */
  readonly messageBody: (request: ModelRequest) => unknown;
  /** The request that such a body was made of; null for what is none. */
  readonly requestOf: (body: unknown) => ModelRequest | null;
}
