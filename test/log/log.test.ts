import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const LOG = pathToFileURL(join(process.cwd(), 'src', 'log.ts')).href;

/** Runs statements that use `log` in a process of their own and answers what stood on its standard output. */
function outputOf(statements: string, format: 'json' | 'pretty' = 'json'): string {
  const script = `const { createLogger } = await import('${LOG}'); const log = createLogger('part', { level: 'info', format: '${format}' }); ${statements}`;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const run = spawnSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(run.stderr).toBe('');
  return run.stdout;
}

test('values under keys that name credentials are not written, at any depth', () => {
  const output = outputOf(
    "log.info({ token: 'hidden-1', a: { headers: { Authorization: 'Bearer hidden-2', 'x-hub-signature': 'hidden-3', cookie: 'hidden-4' } }, list: [{ apiKey: 'hidden-5' }], clientSecret: 'hidden-6' }, 'hello');",
  );
  expect(output).not.toMatch(/hidden-/);
  expect(JSON.parse(output)).toMatchObject({
    level: 'info',
    name: 'part',
    msg: 'hello',
    token: '[redacted]',
  });
});

test('counts of tokens stay readable', () => {
  expect(JSON.parse(outputOf("log.info({ inputTokens: 12 }, 'counted');"))).toMatchObject({
    inputTokens: 12,
  });
});

test('an error is written with its type and cause, and without tokens inside its text', () => {
  const line: unknown = JSON.parse(
    outputOf(
      "log.error(new TypeError('refused Bearer abcdefghijkl', { cause: new Error('sk-ant-api03-xyz') }));",
    ),
  );
  expect(line).toMatchObject({
    level: 'error',
    msg: 'refused [redacted]',
    err: { type: 'TypeError', cause: { message: '[redacted]' } },
  });
  expect(JSON.stringify(line)).not.toMatch(/abcdefghijkl|api03/);
});

test('lines written just before the process ends are not lost', () => {
  expect(
    outputOf("for (let i = 0; i < 200; i += 1) log.info({ i }, 'x'); process.exit(0);").trim().split('\n'),
  ).toHaveLength(200);
});

test('the pretty format is a readable line', () => {
  expect(outputOf("log.warn({ port: 8000 }, 'taken');", 'pretty')).toMatch(/WARN.*\(part\): taken.*8000/);
});

test('tokens are not written wherever they stand: in a value, in a list, in a binding of a child', () => {
  const token = ['xo', 'xb-1-2-hidden'].join('');
  const output = outputOf(
    `log.child({ who: '${token}' }).info({ reason: 'refused Bearer hidden-abcdef', list: ['${token}'] }, 'told');`,
  );

  expect(output).not.toContain('hidden');
  expect(JSON.parse(output)).toMatchObject({ who: '[redacted]', list: ['[redacted]'] });
});

const STEERING = String.raw`a\r\n{"msg":"forged"}\u001b[31m\u009b2J\u2028\u202eb`;
const RAW = /(?!\n)[\p{Cc}\u2028-\u202e]/u;

test.each(['json', 'pretty'] as const)(
  'nothing in a line of %s steers a terminal or begins a new line',
  (format) => {
    const output = outputOf(
      `log.info({ reason: '${STEERING}' }, 'one ${STEERING}'); log.child({ by: '${STEERING}' }).warn('two');`,
      format,
    );

    expect(output.trim().split('\n')).toHaveLength(2);
    expect(output).not.toMatch(RAW);
    expect(output).toContain(String.raw`\u009b2J`);
  },
);

test('a text that looks like an escape stays that text on a terminal', () => {
  const output = outputOf(String.raw`log.info({ reason: '\\u001b[31m' }, 'said \\u001b[31m');`, 'pretty');

  expect(output).not.toMatch(RAW);
  expect(output).toContain(String.raw`said \u001b[31m`);
});
