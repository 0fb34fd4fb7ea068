/** From a cycle and its context to the question that the model is asked. */
import { createHmac } from 'node:crypto';
import { log } from '@temporalio/activity';
import type { Context } from '../../domain/context.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import type { ActivityDeps } from '../dependencies.js';
import type { OwnAccounts } from '../own-accounts.js';
import { teammatesOf, teamOf } from '../team.js';

export async function questionOf(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  { event, alsoAnswers, newerAnswered }: CycleInput,
  { context, nonce, model }: { readonly context: Context; readonly nonce: string; readonly model: string },
): Promise<DecisionQuestion> {
  return questionAbout(deps, {
    model,
    prompt: promptAbout(event, context),
    nonce,
    accounts: await knownAccounts(accounts, event.source),
    event,
    alsoAnswers: alsoAnswers.map((other) => other.event),
    isLate: (newerAnswered ?? null) !== null,
    context,
  });
}

type Given = Omit<DecisionQuestion, 'maxActions' | 'maxTokens' | 'agent' | 'teamRules' | 'clock'> &
  Pick<DecisionQuestion['agent'], 'accounts'>;

type QuestionDeps = Pick<ActivityDeps, 'agent' | 'limits' | 'replyTokens' | 'teams' | 'people' | 'groups'>;

/** With what the configuration says of the event's team. */
export function questionAbout(
  { agent, limits, replyTokens, teams, people, groups }: QuestionDeps,
  { accounts, ...given }: Given,
): DecisionQuestion {
  const team = teamOf([given.event, ...given.alsoAnswers], given.context.facts, { teams, people });
  return {
    ...given,
    maxActions: limits.actionsPerDecision,
    maxTokens: replyTokens.decision,
    agent: {
      ...agent,
      channel: team?.slackChannel ?? null,
      accounts,
      people: teammatesOf(team, people, groups),
    },
    teamRules: team?.rules ?? '',
    clock: { timezone: team?.timezone ?? 'UTC', calendar: team?.calendar ?? null },
  };
}

/**
 * The same for every turn and every try over one context, so that the conversation is the same and is read from the cache;
 * nobody outside can guess it, because it is made with this installation's own key.
 */
export function nonceOf(
  { markKey }: Pick<ActivityDeps, 'markKey'>,
  use: string,
  contextHash: string,
): string {
  return createHmac('sha256', markKey).update(`nonce/${use}/${contextHash}`).digest('hex').slice(0, 32);
}

/** The accounts help the model to tell its own words from others'; it can answer without them. */
async function knownAccounts(
  accounts: OwnAccounts,
  vendor: CycleInput['event']['source'],
): Promise<readonly string[]> {
  try {
    return (await accounts.of(vendor)).map((account) => account.id);
  } catch (error) {
    log.warn('the own account is not known to the prompt', { vendor, error });
    return [];
  }
}
