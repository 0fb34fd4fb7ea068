import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClaudeServer, startClaude } from './claude-server.js';

let claude: ClaudeServer;

beforeEach(async () => {
  claude = await startClaude();
});

afterEach(() => claude.close());

function request(words: string) {
  return { model: 'claude-sonnet-5-5', max_tokens: 100, messages: [{ role: 'user', content: words }] };
}

async function textFor(words: string): Promise<string> {
  const body: any = await (await claude.ask(request(words))).json();
  return body.content[0].text;
}

const STAND_IN = 'not Claude';

describe('the first look', () => {
  const schema = { type: 'object', properties: { route: { enum: ['skip', 'normal', 'hard'] }, reason: {} } };
  const triage = { ...request('sort this'), output_config: { format: { type: 'json_schema', schema } } };
  const routed = async () => {
    const body: any = await (await claude.ask(triage)).json();
    return JSON.parse(body.content[0].text).route;
  };

  test('is not answered by entries for decisions, which are to be seen then', async () => {
    await claude.script([{ reply: 'a decision' }, { match: 'sort', reply: 'another' }]);

    expect(await routed()).toBe('normal');
    expect(await textFor('sort that')).toBe('a decision');
  });

  test('is answered by entries that name it, and these answer nothing else', async () => {
    await claude.script([{ match: 'triage', reply: { route: 'hard', reason: 'x' } }]);

    expect(await routed()).toBe('hard');
    expect(await textFor('sort that')).toContain(STAND_IN);
  });
});

describe('a script', () => {
  test('answers with exactly the given text, again and again', async () => {
    await claude.script([{ reply: 'exactly  this\n' }]);

    expect(await textFor('one')).toBe('exactly  this\n');
    expect(await textFor('two')).toBe('exactly  this\n');
  });

  test('with two matching entries lets the first one answer', async () => {
    await claude.script([
      { match: 'PAY-\\d+', reply: 'first' },
      { match: 'PAY', reply: 'second' },
    ]);

    expect(await textFor('PAY-1')).toBe('first');
    expect(await textFor('PAY')).toBe('second');
    expect(await textFor('WEB-1')).toContain(STAND_IN);
  });

  test('with several entries of one match plays them in order and stays at the last', async () => {
    await claude.script([
      { match: 'PAY', reply: 'one' },
      { match: 'WEB', reply: 'web' },
      { match: 'PAY', reply: 'two' },
    ]);

    expect(await textFor('PAY')).toBe('one');
    expect(await textFor('WEB')).toBe('web');
    expect(await textFor('PAY')).toBe('two');
    expect(await textFor('PAY')).toBe('two');
  });

  test('with `times` answers that often and then gives way', async () => {
    await claude.script([
      { match: 'PAY', reply: 'broken', times: 2 },
      { reply: 'else', times: 1 },
    ]);

    expect([await textFor('PAY'), await textFor('PAY'), await textFor('PAY')]).toEqual([
      'broken',
      'broken',
      'else',
    ]);
    expect(await textFor('PAY')).toContain(STAND_IN);
  });

  test('with an error answers it in the form of the vendor and with its status', async () => {
    await claude.script([
      { match: 'busy', reply: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
      { match: 'odd', reply: { type: 'error', error: { type: 'api_error', message: 'x' } }, status: 503 },
    ]);

    const busy = await claude.ask(request('busy'));
    const odd = await claude.ask(request('odd'));

    expect(busy.status).toBe(529);
    expect(await busy.json()).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
      request_id: busy.headers.get('request-id'),
    });
    expect(odd.status).toBe(503);
  });

  test('with a message sends it as it is and fills in what it lacks', async () => {
    await claude.script([
      {
        reply: {
          type: 'message',
          content: [],
          stop_reason: 'refusal',
          stop_details: { type: 'refusal' },
          usage: { output_tokens: 9 },
        },
      },
    ]);

    const message: any = await (await claude.ask(request('x'))).json();

    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal' },
      usage: { output_tokens: 9, cache_read_input_tokens: 0 },
    });
    expect(message.usage.input_tokens).toBeGreaterThan(0);
  });

  test('with blocks only ends a tool call as a tool call', async () => {
    await claude.script([
      { reply: { content: [{ type: 'tool_use', id: 't', name: 'read_context', input: {} }] } },
    ]);

    expect(await (await claude.ask(request('x'))).json()).toMatchObject({
      type: 'message',
      stop_reason: 'tool_use',
    });
  });

  test('with any other object sends its JSON as text', async () => {
    await claude.script([{ reply: { summary: 's', actions: [] } }]);

    expect(await textFor('x')).toBe('{"summary":"s","actions":[]}');
  });

  test('survives a restart with its place in the sequence, and [] clears it', async () => {
    await claude.script([{ reply: 'one' }, { reply: 'two' }]);
    await textFor('x');

    await claude.restart();

    expect(await textFor('x')).toBe('two');
    const shown: any = await (await fetch(`${claude.url}/_claude/script`)).json();
    expect(shown.items.map((entry: any) => [entry.reply, entry.used])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    await claude.script([]);
    expect(await textFor('x')).toContain(STAND_IN);
  });

  test.each([
    ['a list', { reply: 'x' }],
    ['Entry 1', ['x']],
    ['"reply"', [{ match: 'x' }]],
    ['"match"', [{ match: '(', reply: 'x' }]],
    ['"times"', [{ reply: 'x', times: 0 }]],
    ['"status"', [{ reply: 'x', status: 99 }]],
  ])('that is wrong is refused with a message about %s, and the old one stays', async (words, entries) => {
    await claude.script([{ reply: 'old' }]);

    const response = await claude.script(entries);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_script', message: expect.stringContaining(words) },
    });
    expect(await textFor('x')).toBe('old');
  });
});
