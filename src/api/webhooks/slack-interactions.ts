/** Slack's interactivity: buttons, forms, shortcuts. No address from such a body is ever called. */
import { z } from 'zod';
import { EVENT_NAME_LIMIT, type SlackInteractionEvent } from '../../domain/event.js';
import { conversationSubject } from '../../domain/subject.js';
import { ignored, type Parsed, quarantined } from './door.js';
import { cutText, maybe, optionalText, shapeProblem, textUpTo } from './fields.js';
import { isChannel, isTs, tenantOf, timeOfTs } from './slack-parts.js';

type Body = Readonly<Record<string, unknown>>;

/** Slack's own limits. */
const value = textUpTo(2_000);
const actionId = textUpTo(255);

const option = z.object({ value });

const shape = z.object({
  type: z.string(),
  team: maybe(z.object({ id: optionalText })),
  user: z.object({
    id: z.string().min(1).max(EVENT_NAME_LIMIT),
    username: optionalText,
    name: optionalText,
  }),
  channel: maybe(z.object({ id: optionalText })),
  container: maybe(z.object({ channel_id: optionalText, message_ts: optionalText, thread_ts: optionalText })),
  callback_id: actionId,
  action_ts: optionalText,
  message_ts: optionalText,
  message: maybe(z.object({ ts: optionalText, thread_ts: optionalText })),
  view: maybe(z.object({ id: optionalText, callback_id: actionId, private_metadata: value })),
  actions: maybe(
    z.array(
      z.object({
        action_id: actionId,
        name: actionId,
        value,
        selected_option: maybe(option),
        selected_options: maybe(z.array(option)),
        action_ts: optionalText,
      }),
    ),
  ),
});
type Interaction = z.infer<typeof shape>;

/** What was used, and with what value; for the kinds of interaction that say something. */
const READERS: Readonly<Record<string, (body: Interaction) => { id: string; value: string }>> = {
  block_actions: usedElement,
  interactive_message: usedElement,
  view_submission: (body) => ({
    id: body.view?.callback_id ?? '',
    value: body.view?.private_metadata ?? '',
  }),
  shortcut: (body) => ({ id: body.callback_id ?? '', value: '' }),
  message_action: (body) => ({ id: body.callback_id ?? '', value: body.message?.ts ?? '' }),
};

function usedElement(body: Interaction): { id: string; value: string } {
  const action = body.actions?.[0];
  const chosen = action?.selected_option ?? action?.selected_options?.[0];
  return { id: action?.action_id ?? action?.name ?? '', value: action?.value ?? chosen?.value ?? '' };
}

export function interactionName(body: Body): string {
  return typeof body['type'] === 'string' ? cutText(body['type'], 100) : '';
}

export function parseInteraction(body: Body): Parsed {
  const name = interactionName(body);
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read === undefined) {
    return ignored('default', name === '' ? 'the payload names no type' : `no cycle answers ${name}`);
  }
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    return quarantined(
      'default',
      `the payload does not have the shape of ${name}: ${shapeProblem(parsed.error)}`,
    );
  }
  const data = parsed.data;
  const tenant = tenantOf(data.team?.id);
  const place = placeOf(data);
  if (place === null) {
    return quarantined(tenant, 'channel or message is not a Slack id');
  }
  const used = read(data);
  const at = data.actions?.[0]?.action_ts ?? data.action_ts;
  const event: SlackInteractionEvent = {
    type: 'interaction',
    source: 'slack',
    tenant,
    subject: place.subject,
    project: place.channel,
    changeKey: null,
    occurredAt: isTs(at) ? timeOfTs(at) : null,
    actor: { id: data.user.id, name: data.user.username ?? data.user.name ?? null, isBot: false },
    channel: place.channel,
    threadTs: place.threadTs,
    interactionType: name,
    actionId: used.id,
    value: used.value,
  };
  return { outcome: 'event', event, actorIds: [data.user.id] };
}

interface Place {
  readonly subject: string;
  readonly channel: string | null;
  readonly threadTs: string | null;
}

/** The thread where it happened, else the view or shortcut itself; null where the ids are not Slack's. */
function placeOf(body: Interaction): Place | null {
  const channel = textOr(body.container?.channel_id, textOr(body.channel?.id, ''));
  const threadTs =
    body.container?.thread_ts ??
    body.message?.thread_ts ??
    body.container?.message_ts ??
    body.message?.ts ??
    body.message_ts;
  if (channel === '') {
    const what = body.view?.id ?? body.callback_id ?? 'app';
    return {
      subject: `slack:view/${what.replace(/[^\w-]/g, '-').slice(0, 80)}`,
      channel: null,
      threadTs: null,
    };
  }
  if (!isChannel(channel) || (threadTs !== null && !isTs(threadTs))) {
    return null;
  }
  return { subject: conversationSubject(channel, threadTs), channel, threadTs };
}

function textOr(value: string | null | undefined, fallback: string): string {
  return value === null || value === undefined || value === '' ? fallback : value;
}
