/** Hands a webhook to the durable queue; its delivery never delays the vendor's own answer. Each call answers the delivery id. */
export interface Emit {
  /** `body` is the whole Jira webhook, `webhookEvent` included; `timestamp` is added. */
  jira(body: Record<string, unknown>): string;
  /** `eventKey` such as `pullrequest:created`. */
  bitbucket(eventKey: string, body: Record<string, unknown>): string;
  /** The inner event; it is wrapped as `event_callback`. */
  slackEvent(event: Record<string, unknown>): string;
  /** A block action, modal or slash command, form-encoded as Slack sends them. */
  slackForm(
    path: '/webhooks/slack/interactions' | '/webhooks/slack/commands',
    fields: Record<string, string>,
  ): string;
}
