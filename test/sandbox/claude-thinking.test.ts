/** A thought that is given back counts only over what it was thought over, as the vendor checks it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ClaudeServer, startClaude } from './claude-server.js';

let claude: ClaudeServer;
beforeAll(async () => {
  claude = await startClaude();
});
afterAll(() => claude.close());

const TOOL = { name: 'look', input_schema: { type: 'object', properties: { a: {}, b: {} } } };
const first = {
  model: 'claude-opus-5-5',
  max_tokens: 1_000,
  system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
  tools: [TOOL],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
};
const wish = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };

interface Said {
  readonly content: readonly { readonly type: string; readonly signature?: string }[];
}

async function think(): Promise<readonly unknown[]> {
  await claude.script([
    { reply: { content: [{ type: 'thinking', thinking: 'Hm.' }, wish] } },
    { reply: 'Done' },
  ]);
  const { content } = (await (await claude.ask(first)).json()) as Said;
  expect(content[0]).toMatchObject({ type: 'thinking', signature: expect.any(String) });
  return content;
}

const goingOn = (content: readonly unknown[], change: object = {}) => ({
  ...first,
  ...change,
  messages: [
    ...((change as Partial<typeof first>).messages ?? first.messages),
    { role: 'assistant', content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' }] },
  ],
});

describe('a thought that is given back', () => {
  test.each<[string, object]>([
    ['as it was', {}],
    [
      'with another limit and schema',
      { max_tokens: 5, output_config: { format: { type: 'json_schema', schema: {} } } },
    ],
    ['with other marks for the cache', { system: [{ type: 'text', text: 'Be kind.' }] }],
  ])('is taken %s', async (_what, change) => {
    const content = await think();

    expect((await claude.ask(goingOn(content, change))).status).toBe(200);
  });

  test.each<[string, object, string]>([
    [
      'another system prompt',
      { system: [{ type: 'text', text: 'Be brief.' }] },
      'The `system` prompt differs',
    ],
    ['another tool', { tools: [TOOL, { ...TOOL, name: 'more' }] }, 'The `tools` list differs'],
    [
      'members in another order',
      { tools: [{ ...TOOL, input_schema: { type: 'object', properties: { b: {}, a: {} } } }] },
      'The `tools` list differs',
    ],
    [
      'another message',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
      'Content before',
    ],
  ])('is refused behind %s', async (_what, change, said) => {
    const content = await think();

    const answer = await claude.ask(goingOn(content, change));

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(
          new RegExp(
            `^messages\\.1\\.content\\.0: Invalid \`signature\` in \`thinking\` block\\. The block is bound to a different conversation\\..*${said}`,
          ),
        ),
      },
    });
  });

  test('is refused where it is not as it came', async () => {
    const [thought, ...rest] = await think();

    const answer = await claude.ask(goingOn([{ ...Object(thought), thinking: 'Ha.' }, ...rest]));

    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain('`thinking` block"');
  });
});
