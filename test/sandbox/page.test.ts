import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { html } from '../../src/sandbox/page/html.js';
import { type SandboxParts, startSandboxParts } from './sandbox-parts.js';

let sandbox: SandboxParts;

beforeEach(async () => {
  sandbox = await startSandboxParts();
});

afterEach(() => sandbox.close());

async function page(): Promise<string> {
  return (await fetch(sandbox.url)).text();
}

describe('the page', () => {
  test('says what it is and shows every issue, pull request and channel', async () => {
    const text = await page();

    const { jira, bitbucket, slack } = sandbox.deps;
    expect(text).toContain('Sandbox: simulated Jira, Bitbucket, Slack, and a stand-in that is not Claude');
    for (const { key } of jira.issues()) {
      expect(text).toContain(`<b>${key}</b>`);
    }
    for (const { fullName } of bitbucket.repositories()) {
      expect(text).toContain(`<h3>${fullName}</h3>`);
    }
    for (const { name } of slack.channels().filter(({ isIm }) => !isIm)) {
      expect(text).toContain(`<b>#${name}</b>`);
    }
    expect(text).toMatch(/href="\/_received"[\s\S]*href="\/_state"/);
  });

  test('says of a closed channel that something in it waits to be pressed, and which button asks once more', async () => {
    const { slack } = sandbox.deps;
    const [channel] = slack.channels();
    const before = slack.messages(channel?.id ?? '').length;
    const asks = { text: { text: 'Nothing is sent.' } };
    const button = {
      type: 'button',
      text: { type: 'plain_text', text: 'Take over' },
      action_id: 'x',
      confirm: asks,
    };
    slack.postMessage(slack.users()[0]?.id ?? '', channel?.id ?? '', {
      text: 'May I?',
      blocks: [{ type: 'actions', elements: [button] }],
    });

    const text = await page();

    expect(text).toContain(`${before + 1} messages, 1 with buttons to press</span>`);
    expect(text).toContain('“Take over” asks once more: Nothing is sent.');
    expect(text).not.toMatch(/\b1 (?:message|comment)s\b/);
    expect(text).toMatch(/\b1 comment<\/span>/);
  });

  test('allows nothing from elsewhere and nothing inline, and holds nothing of it', async () => {
    const response = await fetch(sandbox.url);

    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    const text = await response.text();
    expect(text).not.toMatch(/<script(?! src="\/_page\/script\.js")|<style|\sstyle=|\son\w+=|https?:\/\//);
  });

  test('labels every field, with an id that stands once', async () => {
    const text = await page();

    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    const fields = [...text.matchAll(/<(?:textarea|select) id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(fields.length).toBeGreaterThan(4);
    expect(fields.every((id) => text.includes(`<label for="${id}">`))).toBe(true);
  });

  test('shows what people wrote as text, never as markup', async () => {
    const { jira, bitbucket, slack } = sandbox.deps;
    const evil = `<img src=x onerror=alert(1)>"'&`;
    const person = jira.users()[0]?.accountId ?? '';
    jira.createIssue(person, { projectKey: 'PAY', summary: evil, description: evil });
    const [channel] = slack.channels();
    slack.postMessage(slack.users()[0]?.id ?? '', channel?.id ?? '', {
      text: '&lt;img src=x onerror=alert(1)&gt;',
    });
    const repository = bitbucket.repositories()[0]?.fullName ?? '';
    bitbucket.createPullRequest(bitbucket.users()[0]?.uuid ?? '', repository, {
      title: evil,
      sourceBranch: evil,
    });

    const text = await page();

    expect(text).not.toContain('<img');
    expect(text.split('&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(4);
  });

  test.each([
    ['/_page/style.css', 'text/css'],
    ['/_page/script.js', 'text/javascript'],
  ])('has its file %s', async (path, type) => {
    const response = await fetch(`${sandbox.url}${path}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
  });

  test('has a script that parses', async () => {
    const script = await (await fetch(`${sandbox.url}/_page/script.js`)).text();

    expect(() => new Script(script)).not.toThrow();
  });
});

describe('a form of the page', () => {
  test('comments on an issue as the chosen person', async () => {
    const { jira, accounts } = sandbox.deps;
    const issue = jira.issues()[0];
    const by = jira.users().find(({ accountId }) => accountId !== accounts.jira.accountId);

    const response = await sandbox.submit('/_page/jira', {
      issue: issue?.key,
      by: by?.accountId,
      text: 'Hello there',
    });

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    expect(sandbox.sent()).toMatchObject([{ vendor: 'jira', event: 'comment_created' }]);
    expect(await page()).toContain('Hello there');
  });

  test('comments on a pull request', async () => {
    const { bitbucket, accounts } = sandbox.deps;
    const pr = bitbucket.repositories().flatMap(({ fullName }) => bitbucket.pullRequests(fullName))[0];
    const by = bitbucket.users().find(({ uuid }) => uuid !== accounts.bitbucket.uuid);
    const fields = {
      repository: pr?.repository,
      pullRequest: String(pr?.id),
      by: by?.uuid,
      text: 'Looks good',
    };

    const response = await sandbox.submit('/_page/bitbucket', fields, { accept: 'application/json' });

    expect(await response.json()).toEqual({
      message: `${by?.displayName} commented on ${pr?.repository}#${pr?.id}.`,
    });
    expect(sandbox.sent()).toMatchObject([{ vendor: 'bitbucket', event: 'pullrequest:comment_created' }]);
  });

  test('writes in Slack, and the agent named there is really mentioned', async () => {
    const { slack, accounts } = sandbox.deps;
    const channel = slack.channels().find(({ isIm }) => !isIm);
    const by = slack.users().find(({ isBot }) => !isBot);
    const fields = { channel: channel?.id, by: by?.id, threadTs: '', text: '@PM Agent is a < b?' };

    await sandbox.submit('/_page/slack', fields);

    expect(slack.messages(channel?.id ?? '').at(-1)).toMatchObject({
      text: `<@${accounts.slack.userId}> is a &lt; b?`,
      threadTs: null,
    });
    expect(sandbox.sent().map(({ event }) => event)).toContain('app_mention');
    expect(await page()).toContain('@PM Agent is a &lt; b?');
  });

  test('plays a story', async () => {
    await sandbox.submit('/_page/story', { name: 'question' });

    expect(sandbox.sent()).toHaveLength(1);
  });

  test.each([
    ['/_page/jira', { issue: 'NO-1', by: 'x', text: 'x' }, 'no such issue'],
    [
      '/_page/bitbucket',
      { repository: 'no/no', pullRequest: '1', by: 'x', text: 'x' },
      'no such pull request',
    ],
    ['/_page/slack', { channel: 'C404', by: 'x', text: 'x' }, 'no such channel'],
    ['/_page/story', { name: 'no' }, 'no story'],
  ])('%s with nonsense is refused in words', async (path, fields, words) => {
    const response = await sandbox.submit(path, fields);

    expect(response.status).toBe(400);
    expect(((await response.json()) as any).error.message).toContain(words);
    expect(sandbox.sent()).toEqual([]);
  });
});

describe('a message with blocks', () => {
  const BLOCKS = [
    { type: 'header', text: { type: 'plain_text', text: 'Approval wanted <b>' } },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: '*Bold* &lt;i&gt; by <@U0ANA>' },
      fields: [{ type: 'plain_text', text: 'A field' }],
    },
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: 'until <!date^1795514400^{date_short_pretty} {time}|never>' }],
    },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: '*exact* <!channel>' }] }],
    },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'yes',
          style: 'primary',
          value: 'v',
          text: { type: 'plain_text', text: 'Yes' },
        },
        {
          type: 'button',
          action_id: 'see',
          url: 'http://127.0.0.1:8000/x',
          text: { type: 'plain_text', text: 'See' },
        },
      ],
    },
    { type: 'strange' },
  ];

  function card(): string {
    const { slack, accounts } = sandbox.deps;
    return slack.postMessage(accounts.slack.userId, 'C0PAY', { text: 'fallback', blocks: BLOCKS }).ts;
  }

  test('shows what Slack would show, in the zone of the channel’s people', async () => {
    card();
    const text = await page();

    for (const shown of [
      'Approval wanted &lt;b&gt;',
      '<b>Bold</b> &lt;i&gt; by @Ana Lindqvist',
      '<li>A field</li>',
      'until 24 Nov 2026, 11:00 (Europe/Berlin)',
      '<blockquote class="text">*exact* &lt;!channel&gt;</blockquote>',
      'value="yes" class="primary"',
      '<a href="http://127.0.0.1:8000/x">See</a>',
      '[strange]',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).not.toContain('<div class="text">fallback');
  });

  test('has buttons that the chosen person presses', async () => {
    const ts = card();
    const fields = { channel: 'C0PAY', ts, by: 'U0BO', actionId: 'yes' };

    const response = await sandbox.submit('/_page/slack-click', fields, { accept: 'application/json' });

    expect(await response.json()).toEqual({ message: 'Bo Chen pressed the button.' });
    const sent = sandbox.sent().at(-1);
    const payload = JSON.parse(String(sent?.body['payload']));
    expect(sent?.event).toBe('/webhooks/slack/interactions');
    expect(payload).toMatchObject({ user: { id: 'U0BO' }, actions: [{ action_id: 'yes', value: 'v' }] });
  });

  test.each([
    ['a message that is not there', { ts: '1.1' }, 'no such message'],
    ['nobody', { by: 'U404' }, 'Choose the person'],
    ['a button that is gone', { actionId: 'no' }, 'no such button any more'],
  ])('is not pressed by way of %s', async (_name, overrides, words) => {
    const fields = { channel: 'C0PAY', ts: card(), by: 'U0BO', actionId: 'yes', ...overrides };

    const response = await sandbox.submit('/_page/slack-click', fields);

    expect(response.status).toBe(400);
    expect(((await response.json()) as any).error.message).toContain(words);
  });

  test('that only one person sees says so, and has no buttons', async () => {
    sandbox.deps.slack.showEphemeral('U0EVA', 'C0PAY', { text: 'fallback', blocks: BLOCKS });
    const text = await page();

    expect(text).toContain('Only visible to Eva Novak');
    expect(text).not.toContain('/_page/slack-click');
  });
});

describe('an open form', () => {
  const VIEW = {
    type: 'modal',
    callback_id: 'why',
    title: { type: 'plain_text', text: 'Why <?' },
    submit: { type: 'plain_text', text: 'Send' },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: 'Tell us' } },
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Reason' },
        element: { type: 'plain_text_input', action_id: 'text' },
      },
    ],
  };

  function open(): string {
    const { store, clock, slack } = sandbox.deps;
    store.put('slack', 'trigger', 't-1', { user: 'U0ANA', until: clock().getTime() + 3_000 });
    return slack.openView('t-1', VIEW)?.id ?? '';
  }

  test('is shown as its person’s, with labelled fields', async () => {
    const id = open();
    const text = await page();

    expect(text).toContain('Why &lt;?');
    expect(text).toContain('a form that Ana Lindqvist sees');
    expect(text).toContain(`<label for="view-${id}-1">Reason</label>`);
    expect(text).toContain('name="input:reason/text"');
  });

  test('is sent with what was written', async () => {
    const id = open();
    await sandbox.submit('/_page/slack-view', { view: id, press: 'submit', 'input:reason/text': 'because' });

    const payload = JSON.parse(String(sandbox.sent().at(-1)?.body['payload']));
    expect(payload).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0ANA' },
      view: { id, callback_id: 'why', state: { values: { reason: { text: { value: 'because' } } } } },
    });
    expect(await page()).not.toContain('a form that');
  });

  test('is closed without telling the app', async () => {
    const id = open();
    await sandbox.submit('/_page/slack-view', { view: id, press: 'close' });

    expect(sandbox.sent()).toEqual([]);
    expect(await page()).not.toContain('a form that');
    expect((await sandbox.submit('/_page/slack-view', { view: id })).status).toBe(400);
  });

  test('lets one of a list be chosen, and none that is not in it', async () => {
    const option = (value: string) => ({ text: { type: 'plain_text', text: `To ${value}` }, value });
    const options = [option('<nobody>'), option('bo')];
    const element = { type: 'static_select', action_id: 'edited', options, initial_option: options[1] };
    const label = { type: 'plain_text', text: 'Who' };
    const { store, clock, slack } = sandbox.deps;
    store.put('slack', 'trigger', 't-2', { user: 'U0ANA', until: clock().getTime() + 3_000 });
    const blocks = [{ type: 'input', block_id: 'who', optional: true, label, element }];
    const id = slack.openView('t-2', { ...VIEW, blocks })?.id ?? '';
    const choose = (value: string) =>
      sandbox.submit('/_page/slack-view', { view: id, press: 'submit', 'input:who/edited': value });

    expect(await page()).toContain('<option value="bo" selected>To bo</option>');
    expect((await choose('eva')).status).toBe(400);
    await choose('<nobody>');
    const payload = JSON.parse(String(sandbox.sent().at(-1)?.body['payload']));
    expect(payload.view.state.values).toEqual({
      who: { edited: { type: 'static_select', selected_option: options[0] } },
    });
  });
});

describe('html', () => {
  test('escapes texts, keeps markup of its own, drops null', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;

    expect(html`<p title="${'"'}">${inner}${[html`<i>${1}</i>`, 'x<']}${null}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;&amp;&quot;&#39;&gt;</b><i>1</i>x&lt;</p>',
    );
  });
});
