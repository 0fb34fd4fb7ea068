/** What a Web API method gets and answers: an object to send with `ok: true`, or the name of the error. */
import type { AgentAccounts } from '../accounts.js';
import type { SlackArguments } from './arguments.js';
import type { SlackState } from './state.js';

export interface SlackCall {
  readonly state: SlackState;
  readonly accounts: AgentAccounts;
  /** The user that the token belongs to. */
  readonly caller: string;
  readonly arguments: SlackArguments;
  /** This sandbox, for addresses. */
  readonly url: string;
}

type SlackAnswer = Readonly<Record<string, unknown>> | string;
type SlackMethod = (call: SlackCall) => SlackAnswer;
export type SlackMethods = Readonly<Record<string, SlackMethod>>;
