/**
 * The ways by which a decision reaches a waiting cycle, each the product's own code in this process: what the API's route
 * calls, what its outbox holds after a crash, a click on a card in Slack, an update and a signal in Temporal.
 */
import { randomUUID } from 'node:crypto';
import {
  type Client,
  ServiceError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { createClickAnswerer } from '../../../src/api/approval-clicks.js';
import { createClickNotes } from '../../../src/api/click-notes.js';
import { deliverDecision } from '../../../src/api/decision-delivery.js';
import { createDecisions, type Decisions } from '../../../src/api/decisions.js';
import { HttpError } from '../../../src/api/http-error.js';
import type { ApprovalState } from '../../../src/domain/approval.js';
import type { ClickDecision } from '../../../src/inbox/inbox.js';
import { type DecisionOutbox, startDecisionOutbox } from '../../../src/inbox/people/decision-outbox.js';
import {
  QUESTION_BLOCK,
  toButtonValue,
  UNTIL_BLOCK,
} from '../../../src/integrations/slack/approval-button.js';
import type { agentCycle } from '../../../src/workflows/agent-cycle.js';
import {
  approveSignal,
  type DecideInput,
  decideUpdate,
  rejectSignal,
} from '../../../src/workflows/messages.js';
import { comment } from '../../support/builders.js';
import { eventually } from '../../support/eventually.js';
import { quietLog } from '../../support/quiet-log.js';
import { type Asked, type Office, STAFF } from './office.js';

type Handle = WorkflowHandle<typeof agentCycle>;

export const WAYS = ['api', 'outbox', 'slack', 'update', 'temporal'] as const;
export type Way = (typeof WAYS)[number];

export interface Attempt {
  readonly way: Way;
  readonly decision: ClickDecision;
  readonly afterMs: number;
  /** Made by somebody who read what waited before. */
  readonly isStale: boolean;
}

/** What became of one attempt: how the request stood then, or why it did not count. Null: nobody is told at once. */
export type Answer =
  | { readonly state: ApprovalState }
  | { readonly told: string }
  | { readonly refused: string }
  | null;

export interface Ways {
  tryTo(handle: Handle, attempt: Attempt, asked: Asked, person: string): Promise<Answer>;
  /** Until the outbox holds nothing any more. */
  emptied(): Promise<void>;
  stop(): Promise<void>;
}

const noUndo = (): Promise<never> => Promise.reject(new Error('nothing is taken back here'));

const OUTPUT = { linkHosts: [], mentions: [], secrets: [] };
export function openWays({ inbox, reader }: Office, client: Client): Ways {
  const clock = () => new Date();
  const decisions = createDecisions({
    inbox,
    mirror: reader,
    people: () => STAFF,
    deliver: (decision) => deliverDecision(client, decision),
    clock,
  });
  const outbox: DecisionOutbox = startDecisionOutbox({ inbox, apply: decisions.apply, log: quietLog });
  const click = createClickAnswerer(
    {
      acts: { jira: true, bitbucket: true, slack: true },
      decisions,
      mirror: reader,
      settings: () => ({ people: STAFF, notes: createClickNotes(OUTPUT) }),
      slack: null,
      tell: async (_, { plain }) => ({ result: plain }),
      clock,
    },
    noUndo,
  );

  const by: { readonly [W in Way]: (handle: Handle, made: DecideInput, typed: Typed) => Promise<Answer> } = {
    api: (_, made) => throughApi(decisions, made),
    async outbox({ workflowId }, made) {
      const id = randomUUID();
      const { approvalId } = made;
      const input = JSON.stringify(made);
      await inbox.saveDecision({
        id,
        cycleId: workflowId,
        approvalId,
        input,
        createdAt: clock().toISOString(),
      });
      outbox.kick();
      return null;
    },
    async slack(_, { approvalId, hash, by: { id }, until }, { decision }) {
      const { result } = await click({
        eventId: randomUUID(),
        receivedAt: clock().toISOString(),
        attempts: 0,
        click: {
          what: decision,
          user: { id: `U-${id}`, name: id },
          value: toButtonValue({ approvalId, hash }),
          channel: null,
          reason: decision === 'reject' ? 'no' : null,
          typed: {
            ...(decision === 'edit' ? { body: EDITED.body } : {}),
            [QUESTION_BLOCK]: 'Why?',
            [UNTIL_BLOCK]: String(Date.parse(until ?? clock().toISOString()) / 1_000),
          },
          triggerId: null,
        },
      });
      return { told: result };
    },
    update: async (handle, made) => ({ state: await handle.executeUpdate(decideUpdate, { args: [made] }) }),
    async temporal(handle, { by: { id }, hash }, { decision }) {
      await handle.signal(decision === 'approve' ? approveSignal : rejectSignal, { by: id, hash });
      return null;
    },
  };

  return {
    tryTo(handle, { way, decision, isStale }, asked, person) {
      const made: DecideInput = {
        ...asWords(decision),
        approvalId: asked.approvalId,
        hash: isStale ? '0'.repeat(64) : asked.hash,
        by: { id: person, name: person, channel: way === 'slack' ? 'slack' : 'api' },
      };
      return answerOf(by[way](handle, made, { decision }));
    },
    emptied: () =>
      eventually(async () => {
        if (inbox.pendingDecisions(1).length > 0) {
          throw new Error('a decision still lies in the outbox');
        }
      }, 60_000),
    stop: () => outbox.stop(),
  };
}

interface Typed {
  readonly decision: ClickDecision;
}

const EDITED = { ...comment.payload, body: 'Other words.' };

async function throughApi(decisions: Decisions, made: DecideInput): Promise<Answer> {
  const state = await decisions.decide(made);
  return state.status === 'recorded' ? null : { state };
}

function asWords(decision: ClickDecision): Pick<DecideInput, 'decision' | 'payload' | 'note' | 'until'> {
  switch (decision) {
    case 'edit':
      return { decision: 'approve', payload: EDITED };
    case 'ask':
      return { decision, note: 'Why?' };
    case 'snooze':
      return { decision, until: new Date(Date.now() + 200).toISOString() };
    case 'approve':
    case 'reject':
    case 'take_over':
      return { decision };
  }
}

/** Whoever did not win is told why; a cycle that has ended takes no message any more. */
async function answerOf(sent: Promise<Answer>): Promise<Answer> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      return { refused: String((error.cause as ApplicationFailure).type) };
    }
    if (error instanceof HttpError) {
      return { refused: error.code };
    }
    if (error instanceof WorkflowNotFoundError || error instanceof ServiceError) {
      return { refused: 'ended' };
    }
    throw error;
  }
}
