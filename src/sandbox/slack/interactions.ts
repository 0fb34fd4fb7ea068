import type { SlackMessageRecord, SlackViewRecord } from './records.js';

/** What a person does with the agent's buttons, modals and slash commands. */
export interface SlackInteractionState {
  /** Clicks the button with this `action_id`; false where the message has none. */
  clickButton(by: string, message: SlackMessageRecord, actionId: string): boolean;
  /** Types `/command text` in a channel. */
  sendCommand(by: string, channel: string, command: string, text: string): void;
  views(): SlackViewRecord[];
  findView(id: string): SlackViewRecord | null;
  openView(triggerId: string, view: Record<string, unknown>): SlackViewRecord | null;
  /**
   * `values`: block id → action id → value, as Slack's `view.state.values`. Once the app answered it is closed, or open again
   * with what the app says is wrong (`response_action: errors`).
   */
  submitView(by: string, view: SlackViewRecord, values: Record<string, unknown>): void;
  /** The person closes it; the app is not told, for it did not ask to be. */
  closeView(view: SlackViewRecord): void;
  /** What the app answered to a form, by the delivery that took it there. */
  viewAnswered(deliveryId: string, answer: string): void;
}
