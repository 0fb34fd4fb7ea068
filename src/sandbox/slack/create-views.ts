/** Modals: opened by the app, filled in by a person, and closed or sent back by what the app answers. */
import { randomUUID } from 'node:crypto';
import { at, isRecord, parseJson } from '../loose-json.js';
import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import { newTrigger, person } from './interaction-parts.js';
import type { SlackInteractionState } from './interactions.js';
import type { SlackViewRecord } from './records.js';
import type { Json } from './render.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

type SlackViewState = Pick<
  SlackInteractionState,
  'views' | 'findView' | 'openView' | 'submitView' | 'closeView' | 'viewAnswered'
>;

export function createSlackViews(scope: Scope, directory: SlackDirectoryState): SlackViewState {
  const { store, emit } = scope;
  return {
    views: () => store.list<SlackViewRecord>('slack', 'view'),
    findView: (id) => store.get<SlackViewRecord>('slack', 'view', id),
    openView: (triggerId, view) => {
      const trigger = store.get<{ user: string; until: number }>('slack', 'trigger', triggerId);
      if (trigger === null || trigger.until < scope.clock().getTime()) return null;
      store.remove('slack', 'trigger', triggerId);
      const id = `V${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
      const record: SlackViewRecord = { id, user: trigger.user, view: renderView(scope, id, view) };
      store.put('slack', 'view', id, record);
      return record;
    },
    closeView: (view) => void store.remove('slack', 'view', view.id),
    submitView: (by, view, values) =>
      store.transaction(() => {
        const payload = {
          type: 'view_submission',
          ...person(directory, by),
          trigger_id: newTrigger(scope, by),
          view: { ...view.view, state: { values } },
          response_urls: [],
        };
        const sentAs = emit.slackForm('/webhooks/slack/interactions', { payload: JSON.stringify(payload) });
        store.put('slack', 'view', view.id, { ...view, sentAs, errors: {} });
      }),
    viewAnswered: (deliveryId, answer) => {
      const view = store.list<SlackViewRecord>('slack', 'view').find(({ sentAs }) => sentAs === deliveryId);
      if (view === undefined) return;
      const errors = errorsIn(answer);
      if (errors === null) {
        store.remove('slack', 'view', view.id);
      } else {
        store.put('slack', 'view', view.id, { ...view, sentAs: null, errors });
      }
    },
  };
}

/** Null for an answer that lets the form be closed. */
function errorsIn(answer: string): Record<string, string> | null {
  const said = parseJson(answer);
  const errors = at(said, 'errors');
  return at(said, 'response_action') === 'errors' && isRecord(errors)
    ? Object.fromEntries(Object.entries(errors).map(([block, text]) => [block, String(text)]))
    : null;
}

function renderView({ accounts }: Scope, id: string, view: Json): Json {
  return {
    ...view,
    id,
    team_id: SLACK_TEAM.id,
    state: { values: {} },
    hash: `${id}.1`,
    previous_view_id: null,
    root_view_id: id,
    app_id: SLACK_APP_ID,
    app_installed_team_id: SLACK_TEAM.id,
    bot_id: accounts.slack.botId,
  };
}
