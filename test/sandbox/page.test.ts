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

describe('html', () => {
  test('escapes texts, keeps markup of its own, drops null', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;

    expect(html`<p title="${'"'}">${inner}${[html`<i>${1}</i>`, 'x<']}${null}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;&amp;&quot;&#39;&gt;</b><i>1</i>x&lt;</p>',
    );
  });
});
