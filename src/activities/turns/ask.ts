/** What a turn sends: what was said before, to the byte, and what came since; from the beginning where the model does not take that. */
import { log } from '@temporalio/activity';
import { isThinkingRefused } from '../../integrations/integration-error.js';
import { buildRequest } from '../../reasoning/build-request.js';
import { toldToDecide } from '../../reasoning/conversation.js';
import { REPLY_SCHEMA } from '../../reasoning/decision-schema.js';
import { fingerprint } from '../fingerprint.js';
import type { OwnAccounts } from '../own-accounts.js';
import type { Spending } from '../spending.js';
import { ANEW, begunAnew, type Conversation, type Spoken } from './exchanges.js';
import type { PaidReply } from './paid-reply.js';
import { paidOnce } from './pay-for.js';
import { placeOfTurn } from './place.js';
import { nonceOf, questionOf } from './question.js';
import { modelOf, type Talk, type Turn } from './turn.js';

export interface AskingDeps {
  readonly accounts: OwnAccounts;
  readonly spending: Spending;
}

/** The talk as it stands once this was asked, and what was answered. */
export interface Asked {
  readonly talk: Talk;
  readonly answer: PaidReply | { readonly refusal: string };
}

/** A vendor's failure is thrown; but a thought that it does not take back begins the conversation anew, once. */
export async function ask(turn: Turn, conversation: Conversation, asking: AskingDeps): Promise<Asked> {
  const { deps, n } = turn;
  const { spoken, isAnew } = conversation;
  const anew = () => beginAnew(turn, conversation, asking);
  if (spoken === null) {
    return n === 1 ? begin(turn, conversation, asking) : anew();
  }
  if (!isAnew && (await deps.mirror.paidCall(anewId(turn))) !== null) {
    return anew();
  }
  try {
    return await speak(turn, conversation, inForce(deps, spoken), asking, {
      id: idOf(turn, spoken.request.model),
      purpose: turn.input.turns.at(-1)?.results.length === 0 ? 'repair' : 'go on',
    });
  } catch (error) {
    if (isAnew || !isThinkingRefused(error)) {
      throw error;
    }
    log.warn('the model does not take back what it thought: the conversation begins anew', { error });
    return anew();
  }
}

/** How long a reply may be, and what can be read in one, is today's matter; neither is part of what was shown. */
function inForce({ replyTokens }: Turn['deps'], { request, prompt }: Spoken): Spoken {
  return { prompt, request: { ...request, maxTokens: replyTokens.decision, replySchema: REPLY_SCHEMA } };
}

/** Where the budgets have no room for the large model, the normal one decides: a lesser word is better than none. */
async function begin(turn: Turn, conversation: Conversation, asking: AskingDeps): Promise<Asked> {
  const { normal } = turn.deps.models;
  const model = modelOf(turn);
  // A try before this one may have been answered by it already.
  if (model === normal || (await turn.deps.mirror.paidCall(idOf(turn, normal))) !== null) {
    return beginWith(normal, turn, conversation, asking);
  }
  const asked = await beginWith(model, turn, conversation, asking);
  if (!('refusal' in asked.answer)) {
    return asked;
  }
  log.warn('no room for the large model: the normal one is asked', { model, why: asked.answer.refusal });
  const instead = await beginWith(normal, turn, conversation, asking);
  return { ...instead, talk: { ...instead.talk, insteadOf: { model, why: asked.answer.refusal } } };
}

async function beginWith(
  model: string,
  turn: Turn,
  conversation: Conversation,
  asking: AskingDeps,
): Promise<Asked> {
  const { request, prompt } = await firstWords(turn, [], [], asking);
  const spoken = { prompt, request: { ...request, model } };
  return speak(turn, conversation, spoken, asking, { id: idOf(turn, model), purpose: 'decide' });
}

/** From the first word, in today's, over all that was read meanwhile. Tools that were used are not used again, and count as used. */
async function beginAnew(turn: Turn, before: Conversation, asking: AskingDeps): Promise<Asked> {
  const conversation = begunAnew(before, turn.deps.limits);
  const { request, prompt } = await firstWords(turn, before.items, before.omitted, asking);
  const spoken = { prompt, request: conversation.mayAsk ? request : toldToDecide(request) };
  return speak(turn, conversation, spoken, asking, { id: anewId(turn), purpose: ANEW });
}

async function firstWords(
  turn: Turn,
  items: Conversation['items'],
  omitted: Conversation['omitted'],
  { accounts }: AskingDeps,
): Promise<Spoken> {
  const { deps, input, context } = turn;
  const { cycle, contextHash } = input;
  const question = await questionOf(deps, accounts, cycle, {
    context: {
      ...context,
      items: [...context.items, ...items],
      omitted: [...context.omitted, ...omitted],
    },
    nonce: nonceOf(deps, cycle.cycleId, contextHash),
    model: modelOf(turn),
  });
  return { prompt: question.prompt, request: buildRequest(question) };
}

/** What goes before it is part of its name: a turn over other answers is another one. */
function idOf({ input: { cycle, contextHash, turns } }: Turn, model: string): string {
  const over = fingerprint([contextHash, turns, model]).slice(0, 12);
  return `${cycle.cycleId}.${placeOfTurn(cycle, turns)}.${over}`;
}

function anewId(turn: Turn): string {
  return `${idOf(turn, modelOf(turn))}.anew`;
}

interface Named {
  readonly id: string;
  readonly purpose: string;
}

/** Where this was asked and paid before, nothing is sent. */
async function speak(
  { deps, input: { cycle } }: Turn,
  conversation: Conversation,
  { request, prompt }: Spoken,
  { spending }: AskingDeps,
  { id, purpose }: Named,
): Promise<Asked> {
  const talk: Talk = { conversation, model: request.model, prompt };
  const answer = await paidOnce(deps, spending, cycle, { id, purpose, prompt, request });
  return { talk: 'refusal' in answer ? talk : { ...talk, prompt: answer.prompt }, answer };
}
