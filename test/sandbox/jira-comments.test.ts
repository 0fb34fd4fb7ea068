import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adf, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const V3 = '/jira/rest/api/3';
const V2 = '/jira/rest/api/2';
const MARKER = { key: 'pm-agent.action', value: { id: 'action-1' } };

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

describe('a comment', () => {
  test('written as ADF reads as wiki markup in v2 and as ADF in v3', async () => {
    const body = {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Bold', marks: [{ type: 'strong' }] },
            { type: 'text', text: ' and ' },
            {
              type: 'text',
              text: 'a link',
              marks: [{ type: 'link', attrs: { href: 'https://acme.example' } }],
            },
          ],
        },
        {
          type: 'bulletList',
          content: [
            {
              type: 'listItem',
              content: [{ type: 'paragraph', content: [{ type: 'text', text: 'one' }] }],
            },
          ],
        },
      ],
    };

    const made = await sandbox.post(`${V3}/issue/PAY-4/comment`, { body });
    const wiki = await sandbox.get(`${V2}/issue/PAY-4/comment/${made.body.id}`);

    expect(made.status).toBe(201);
    expect(made.body.body).toEqual(body);
    expect(made.body.author.accountId).toBe('712020:pm-agent');
    expect(wiki.body.body).toBe('*Bold* and [a link|https://acme.example]\n\n* one');
  });

  test('written as wiki markup in v2 reads as ADF in v3', async () => {
    const body = 'Ask [~accountid:712020:pm-agent]\n# first\n# second\n\n{code:ts}\nlet x = 1\n{code}';

    const made = await sandbox.post(`${V2}/issue/PAY-4/comment`, { body });
    const read = await sandbox.get(`${V3}/issue/PAY-4/comment/${made.body.id}`);

    expect(made.body.body).toBe(body);
    expect(read.body.body.content.map(({ type }: any) => type)).toEqual([
      'paragraph',
      'orderedList',
      'codeBlock',
    ]);
    expect(read.body.body.content[0].content[1]).toMatchObject({
      type: 'mention',
      attrs: { id: '712020:pm-agent', text: '@PM Agent' },
    });
  });

  test('carries the properties it was made with, read back over the list of ids', async () => {
    const made = await sandbox.post(`${V3}/issue/PAY-4/comment`, { body: adf('Hi'), properties: [MARKER] });
    const listed = await sandbox.post(`${V3}/comment/list?expand=properties`, {
      ids: [Number(made.body.id)],
    });
    const plain = await sandbox.post(`${V3}/comment/list`, { ids: [made.body.id] });
    const property = await sandbox.get(`${V3}/comment/${made.body.id}/properties/${MARKER.key}`);

    expect(listed.body.values[0].properties).toEqual([MARKER]);
    expect(plain.body.values[0].properties).toBeUndefined();
    expect(property.body).toEqual(MARKER);
  });

  test('property can be set, listed and removed', async () => {
    const made = await sandbox.post(`${V3}/issue/PAY-4/comment`, { body: adf('Hi') });
    const base = `${V3}/comment/${made.body.id}/properties`;

    expect((await sandbox.put(`${base}/note`, { a: 1 })).status).toBe(201);
    expect((await sandbox.put(`${base}/note`, { a: 2 })).status).toBe(200);
    expect((await sandbox.get(base)).body.keys.map(({ key }: any) => key)).toEqual(['note']);
    expect((await sandbox.delete(`${base}/note`)).status).toBe(204);
    expect((await sandbox.get(`${base}/note`)).status).toBe(404);
  });

  test('can be edited and deleted', async () => {
    const made = await sandbox.post(`${V3}/issue/PAY-4/comment`, { body: adf('First') });
    const path = `${V3}/issue/PAY-4/comment/${made.body.id}`;

    const edited = await sandbox.put(path, { body: adf('Second') });
    const deleted = await sandbox.delete(path);

    expect(edited.body.body).toEqual(adf('Second'));
    expect(deleted.status).toBe(204);
    expect((await sandbox.get(path)).status).toBe(404);
  });

  test.each([
    ['a text instead of a document', 'plain', 'Operation value must be an Atlassian Document'],
    [
      'a document with an empty text',
      { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] },
      'Operation value must be an Atlassian Document',
    ],
    [
      'a document with a text outside a block',
      { type: 'doc', version: 1, content: [{ type: 'text', text: 'x' }] },
      'Operation value must be an Atlassian Document',
    ],
    ['an empty document', { type: 'doc', version: 1, content: [] }, 'Comment body can not be empty!'],
    [
      'more than 32,767 characters',
      adf('x'.repeat(32_768)),
      'exceeds the allowed limit of 32,767 characters',
    ],
  ])('with %s is refused', async (_what, body, message) => {
    const refused = await sandbox.post(`${V3}/issue/PAY-4/comment`, { body });

    expect(refused.status).toBe(400);
    expect(refused.body.errors.comment).toContain(message);
  });

  test('with a property whose key is too long is refused', async () => {
    const properties = [{ key: 'k'.repeat(256), value: 1 }];

    expect((await sandbox.post(`${V3}/issue/PAY-4/comment`, { body: adf('x'), properties })).status).toBe(
      400,
    );
  });

  test('page starts where it is told and may be turned around', async () => {
    const all = await sandbox.get(`${V3}/issue/PAY-3/comment`);
    const second = await sandbox.get(`${V3}/issue/PAY-3/comment?startAt=1&maxResults=1`);
    const newest = await sandbox.get(`${V3}/issue/PAY-3/comment?orderBy=-created&maxResults=1`);

    expect(all.body.total).toBe(2);
    expect(second.body.comments.map(({ id }: any) => id)).toEqual([all.body.comments[1].id]);
    expect(newest.body.comments[0].id).toBe(all.body.comments[1].id);
  });
});
