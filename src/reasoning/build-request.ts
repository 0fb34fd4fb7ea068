/** From an event and its context to the one request that the model gets. No untrusted text outside the tool result. */
import type { Context } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import type { TeamClock } from '../domain/team-now.js';
import type { AnswerBlock, ModelRequest, Tool } from '../integrations/claude/claude.js';
import { REPLY_SCHEMA } from './decision-schema.js';
import type { Prompt } from './prompt.js';
import { shownEvent, shownFacts, shownItems } from './shown.js';
import { shownNow } from './shown-now.js';
import { TOOL_DEFINITIONS } from './tools/index.js';
import { visibleJson } from './visible-json.js';
import { withinBudget } from './within-budget.js';

export interface DecisionQuestion {
  readonly model: string;
  /** Of the reply, thinking included. */
  readonly maxTokens: number;
  readonly prompt: Prompt;
  /** 128 random bits, hex. */
  readonly nonce: string;
  readonly maxActions: number;
  readonly agent: {
    readonly name: string;
    /** BCP 47. */
    readonly language: string;
    /** The team's channel; null where there is none. */
    readonly channel: string | null;
    /** The agent's own account ids at the event's vendor. */
    readonly accounts: readonly string[];
    /** The team's people by their Slack ids; left out: nobody. */
    readonly people?: readonly { readonly id: string; readonly name: string }[];
  };
  /** From pm-agent.yaml: the team's own words; empty for none. */
  readonly teamRules: string;
  /** What time it is for the team; left out: by UTC. */
  readonly clock?: TeamClock;
  readonly event: PmEvent;
  readonly alsoAnswers: readonly PmEvent[];
  /** A newer event of the subject was answered before this one came. */
  readonly isLate: boolean;
  readonly context: Context;
}

export const CONTEXT_TOOL: Tool = {
  name: 'read_context',
  description:
    'Reads what happened and how things stand. Already called for this event: calling it again gives nothing new.',
  strict: true,
  input_schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
};

/** Tools, system and the kind's instruction are the same for five minutes of events of one kind: read, not paid in full. */
const CACHED = { type: 'ephemeral' } as const;

const CONTEXT_CALL = 'toolu_context';

/**
 * The request for one decision. Vendors' texts stand JSON-encoded in the one `tool_result` block, where the model is
 * trained to read data; our instructions stand in `system` and the first user turn only.
 */
export function buildRequest(question: DecisionQuestion): ModelRequest {
  const { prompt, nonce, maxActions } = question;
  return {
    model: question.model,
    maxTokens: question.maxTokens,
    system: systemOf(question),
    messages: [
      {
        role: 'user',
        content: [
          {
            type: 'text',
            text: `${prompt.instruction}\n\n${prompt.terms(maxActions)}`,
            cache_control: CACHED,
          },
          { type: 'text', text: prompt.build({ nonce }) },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: CONTEXT_CALL, name: CONTEXT_TOOL.name, input: {} }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: CONTEXT_CALL, content: contextText(question) }],
      },
    ],
    tools: [CONTEXT_TOOL, ...TOOL_DEFINITIONS],
    replySchema: REPLY_SCHEMA,
  };
}

/** The same question once more, after a reply that could not be used. */
export function buildRepair(
  request: ModelRequest,
  replyText: string,
  problems: readonly string[],
): ModelRequest {
  return {
    ...request,
    messages: [
      ...request.messages,
      {
        role: 'assistant',
        content: [{ type: 'text', text: replyText.trim() === '' ? '(empty)' : replyText }],
      },
      { role: 'user', content: repairBlocks(problems) },
    ],
  };
}

/** What is said to a reply that could not be used. */
export function repairBlocks(problems: readonly string[]): AnswerBlock[] {
  const text = [
    'Your reply could not be used:',
    ...problems.map((problem) => `- ${problem}`),
    'Answer again with the JSON object only. The rules and the context are unchanged.',
  ].join('\n');
  return [{ type: 'text', text }];
}

function systemOf({ prompt, agent, teamRules }: DecisionQuestion): string {
  const rules = teamRules.trim();
  return [
    prompt.system,
    `# Your name and language\nYou are called ${agent.name}. Write in the language "${agent.language}", or in the language of the person who asks you something.`,
    ...(rules === '' ? [] : [`# The rules of this team, in its own words\n${rules}`]),
  ].join('\n\n');
}

function contextText(question: DecisionQuestion): string {
  const { nonce, agent, event, alsoAnswers, isLate, context } = question;
  const { items, omitted } = withinBudget(context.items);
  const speakers = context.facts.thread?.people ?? [];
  const around = { speakers, items };
  return visibleJson({
    nonce,
    agent: {
      name: agent.name,
      accounts: agent.accounts,
      ...(agent.channel === null ? {} : { channel: agent.channel }),
      ...(agent.people === undefined || agent.people.length === 0 ? {} : { people: agent.people }),
    },
    ...(context.readAt === undefined ? {} : { now: shownNow(context.readAt, items, question.clock) }),
    event: shownEvent(event, around),
    alsoAnswers: alsoAnswers.map((other) => shownEvent(other, around)),
    ...(isLate ? { late: true } : {}),
    facts: shownFacts(context.facts),
    ...shownItems(items, peopleOf(question), speakers),
    omitted: [...context.omitted, ...omitted],
  });
}

/** Without the agent's own accounts: by their ids the model knows its own words. */
function peopleOf({ agent, context }: DecisionQuestion) {
  return (context.facts.issue?.people ?? []).filter(({ id }) => !agent.accounts.includes(id));
}
