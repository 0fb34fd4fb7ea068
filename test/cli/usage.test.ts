import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { pmAgent } from './support.js';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A port that something holds which is none of ours. */
async function takenPort(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('220 something else\r\n').resume();
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

describe('wrong usage exits 2 and says how it is used:', () => {
  test.each([
    ['an unknown command', ['fly']],
    ['no command', []],
    ['a missing argument', ['show']],
    ['a rejection without a reason', ['reject', 'a1']],
    ['a release of nothing', ['events', 'release']],
    ['an unknown source', ['send', 'gitlab', 'file.json']],
    ['an unknown option', ['cycles', '--colour']],
  ])('%s', async (_name, args) => {
    const ran = await pmAgent(args);
    expect(ran.code).toBe(2);
    expect(ran.err).not.toBe('');
    expect(ran.err).not.toMatch(/\n\s+at /);
  });
});

test('help and version exit 0', async () => {
  const help = await pmAgent(['help']);
  expect(help.code).toBe(0);
  for (const command of [
    'start',
    'api',
    'worker',
    'sandbox',
    'send',
    'cycles',
    'show',
    'approvals',
    'approve',
    'reject',
    'undo',
    'events',
    'policy',
  ]) {
    expect(help.out).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
  }
  expect(await pmAgent(['--version'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

describe('a configuration that cannot work ends every process with 1 and one line:', () => {
  test.each(['start', 'api', 'worker', 'sandbox'])('%s with a wrong port', async (command) => {
    const ran = await pmAgent([command], { PORT: '80x' });
    expect(ran).toMatchObject({ code: 1, out: '', err: 'pm-agent: PORT: "80x" is not a port (1-65535)\n' });
  });

  test.each(['start', 'api', 'worker'])('%s with a database that is none', async (command) => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(join(cwd, 'letter.db'), 'this is a letter');
    const ran = await pmAgent([command], { DATABASE_URL: 'file:letter.db' }, cwd);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^pm-agent: DATABASE_URL: .*letter\.db is not a SQLite database; [^\n]+\n$/);
  });

  test.each(['start', 'api'])('%s with an unknown key in pm-agent.yaml', async (command) => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(join(cwd, 'pm-agent.yaml'), 'policy:\n  rulez: []\n');
    const ran = await pmAgent([command], {}, cwd);
    expect(ran).toMatchObject({
      code: 1,
      err: 'pm-agent: pm-agent.yaml:2: policy.rulez: unknown key; did you mean "rules"?\n',
    });
  });

  test('start with a port in use, before anything is started', async () => {
    const port = await takenPort();
    const ran = await pmAgent(['start'], {
      PORT: String(port),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      SANDBOX_PORT: '18997',
    });
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(new RegExp(`^pm-agent: PORT: port ${port} is in use; [^\\n]+\\n$`)),
    });
  });

  test('start with a sandbox port that something else holds', async () => {
    const port = await takenPort();
    const ran = await pmAgent(['start'], { SANDBOX_PORT: String(port), TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^pm-agent: SANDBOX_PORT: port \d+ is in use by something else; /),
    });
  });

  test('start with a dev port that something else holds', async () => {
    const port = await takenPort();
    const ran = await pmAgent(['start'], { TEMPORAL_DEV_PORT: String(port) });
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^pm-agent: TEMPORAL_DEV_PORT: port \d+ is in use by something that is not a Temporal server; /,
      ),
    });
  });
});

describe('policy', () => {
  test('schema prints a JSON Schema', async () => {
    const ran = await pmAgent(['policy', 'schema']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({
      title: 'pm-agent.yaml',
      type: 'object',
      additionalProperties: false,
    });
  });

  test('check names the version of a file that is right, and the line of one that is not', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(join(cwd, 'good.yaml'), 'policy: { default: never }\n');
    writeFileSync(join(cwd, 'bad.yaml'), 'policy: { default: perhaps }\n');
    expect(await pmAgent(['policy', 'check', 'good.yaml'], {}, cwd)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^good\.yaml is right \(policy version [0-9a-f]{12}\)\n/),
    });
    expect(await pmAgent(['policy', 'check', 'bad.yaml'], {}, cwd)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^pm-agent: bad\.yaml:1: policy\.default: /),
    });
    expect(await pmAgent(['policy', 'check', 'none.yaml'], {}, cwd)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^pm-agent: policy check: there is no file .*none\.yaml; create it/),
    });
    expect(await pmAgent(['policy', 'explain', 'good.yaml', '--config', 'none.yaml'], {}, cwd)).toMatchObject(
      { code: 1, err: expect.stringMatching(/^pm-agent: --config: there is no file/) },
    );
  });

  test('check names rules that do what nobody can want, by their lines', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(
      join(cwd, 'odd.yaml'),
      [
        'teams: [{ id: payments, calendar: { holidays: XX } }]',
        'policy:',
        '  rules:',
        '    - { name: moves, when: { action: [jira.transition, jira.assign] }, verdict: ask }',
        '    - { name: closing, when: { action: jira.transition, to: Done }, verdict: never }',
        '    - { name: nobody can, when: { action: jira.link }, verdict: ask, approvers: { roles: [lead] } }',
        '',
      ].join('\n'),
    );

    const { code, out } = await pmAgent(['policy', 'check', 'odd.yaml'], {}, cwd);

    expect(code).toBe(0);
    expect(out).toContain(
      'odd.yaml:5: policy.rules[1]: rule "closing" never fires: "moves" stands before it',
    );
    expect(out).toContain('odd.yaml:6: policy.rules[2]: rule "nobody can" needs 1 to approve and 0 may');
    expect(out).toContain('the holidays of XX are not known');
    expect(out).not.toContain('rules[0]');
  });

  test('check names the line of a name in a rule that leads nowhere', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(
      join(cwd, 'bad.yaml'),
      [
        'people: [{ id: ana, name: Ana }]',
        'groups: { release: [ana, bo] }',
        'policy:',
        '  rules:',
        '    - name: a',
        '      when: { team: web, actor: [ana, "role:lead", "group:release", somebody] }',
        '      verdict: ask',
        '      approvers: { groups: [release, others] }',
        '',
      ].join('\n'),
    );

    const { code, err } = await pmAgent(['policy', 'check', 'bad.yaml'], {}, cwd);

    expect(code).toBe(1);
    expect(err).toContain('bad.yaml:2: groups.release[1]: "bo" is not the id of one of people');
    expect(err).toContain('bad.yaml:8: policy.rules[0].approvers.groups[1]: "others" is neither');
    expect(err).toContain('bad.yaml:6: policy.rules[0].when.team: "web" is not the id of one of teams');
    expect(err).toContain('bad.yaml:6: policy.rules[0].when.actor: "somebody" is nobody');
    expect(err).not.toContain('"release"');
  });

  test('explain of a file says which rule fires and why the ones before it do not', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(
      join(cwd, 'pm-agent.yaml'),
      [
        'policy:',
        '  rules:',
        '    - { name: by night, when: { time: "22:00-06:00" }, verdict: never }',
        '    - { name: closing, when: { action: jira.transition, risk: G3 }, verdict: ask }',
        '',
      ].join('\n'),
    );
    writeFileSync(
      join(cwd, 'q.yaml'),
      'action: jira.transition\nevent: comment_created\nto: Done\ntime: "21:59"\n',
    );

    const { code, out } = await pmAgent(['policy', 'explain', 'q.yaml'], {}, cwd);

    expect(code).toBe(0);
    expect(out).toMatch(/^ask, by the rule "closing" \(policy version [0-9a-f]{12}\)\n/);
    expect(out).toContain('1. "by night" does not: time is 21:59 (working hours), not 22:00-06:00');
    expect(out).toContain('2. "closing" fires');
  });

  test('explain of a file says who may approve by name, how many, who else when, and what then', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(
      join(cwd, 'pm-agent.yaml'),
      [
        'people:',
        '  - { id: ana, name: Ana Lindqvist, roles: [lead] }',
        '  - { id: bo, name: Bo Berg, roles: [lead] }',
        '  - { id: cem, name: Cem Acar, roles: [lead] }',
        '  - { id: dora, name: Dora Diaz }',
        'groups: { office: [dora] }',
        'teams: [{ id: payments, members: [ana, bo], escalation: { lead: dora, backup: bo } }]',
        'policy:',
        '  deadline: 48h',
        '  rules:',
        '    - name: closing',
        '      when: { action: jira.transition }',
        '      verdict: ask',
        '      approvers: { roles: [lead], notRequester: true }',
        '      remindAfter: 90m',
        '      secondApproverAfter: 4h',
        '      escalation: [{ after: 2h, groups: [office] }]',
        '      onExpiry: escalate',
        '',
      ].join('\n'),
    );
    const question = 'action: jira.transition\nevent: comment_created\nto: Done\nteam: payments\nactor: bo\n';
    writeFileSync(join(cwd, 'q.yaml'), question);
    writeFileSync(join(cwd, 'other.yaml'), 'action: jira.assign\nevent: comment_created\n');
    writeFileSync(join(cwd, 'never.yaml'), 'policy: { default: never }\n');
    const explain = (...args: string[]) => pmAgent(['policy', 'explain', ...args], {}, cwd);

    const { out } = await explain('q.yaml');

    expect(out.slice(out.indexOf('  who may'))).toBe(
      [
        '  who may approve: Ana Lindqvist, Cem Acar (roles lead), not Bo Berg, who asked for it',
        '  how many:        2 different people',
        '  reminders:       every 90m, 3 times at most',
        '  after 2h         Dora Diaz, too',
        '  after 4h         Dora Diaz, too',
        '  if nobody decides for 2d: nothing is sent, and the team’s lead is told (Dora Diaz)',
        '',
      ].join('\n'),
    );
    expect((await explain('other.yaml')).out).toContain(
      '  who may approve: any operator\n  how many:        one\n',
    );
    expect((await explain('other.yaml', '--config', 'never.yaml')).out).not.toContain('who may');
  });

  test('check names what a deadline and an escalation cannot be, and steps that ask nobody', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    const rule = (more: string) =>
      `policy:\n  deadline: 4h\n  rules:\n    - name: a\n      when: {}\n      verdict: ask\n${more}\n`;
    const people = 'people: [{ id: ana, name: Ana, roles: [lead] }]\n';
    const check = async (text: string) => {
      writeFileSync(join(cwd, 'a.yaml'), text);
      const { out, err } = await pmAgent(['policy', 'check', 'a.yaml'], {}, cwd);
      return `${out}${err}`;
    };

    expect(await check(rule('      onExpiry: execute'))).toContain(
      'a.yaml:7: policy.rules[0].onExpiry: "execute" is not one of drop, escalate, ask_again',
    );
    expect(await check(rule('      escalation:\n        - { after: 2h }'))).toContain(
      'a.yaml:8: policy.rules[0].escalation[0]: names nobody; write people, roles or groups',
    );
    expect(await check(rule('      escalation:\n        - { after: 2h, people: [bo] }'))).toContain(
      'a.yaml:8: policy.rules[0].escalation[0].people[0]: "bo" is not the id of one of people',
    );
    const odd = await check(
      people +
        rule(
          '      escalation:\n        - { after: 2h, roles: [head] }\n        - { after: 4h, roles: [lead] }',
        ),
    );
    expect(odd).toContain('a.yaml:9: policy.rules[0].escalation[0]: nobody of people is meant by it');
    expect(odd).toContain(
      'a.yaml:10: policy.rules[0].escalation[1]: it never happens: the request expires after 4h',
    );
  });

  test('check and explain say of a rule that lets G3 go by itself that a person is asked all the same', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(
      join(cwd, 'pm-agent.yaml'),
      [
        'policy:',
        '  rules:',
        '    - { name: review, when: { action: jira.transition, to: In Review }, verdict: auto }',
        '    - name: closing',
        '      when: { action: jira.transition, to: [In Review, Done] }',
        '      verdict: auto',
        '    - { name: moves, when: { action: jira.transition, project: PAY }, verdict: auto }',
        '    - { name: gravest, when: { risk: [G2, G3], project: WEB }, verdict: auto }',
        '    - { name: lighter, when: { risk: G2 }, verdict: auto }',
        '    - name: fields',
        '      when: { action: [jira.link, jira.update_fields] }',
        '      verdict: auto',
        '      approvers: { count: 2 }',
        '    - { name: by day, when: { time: working }, verdict: auto }',
        '    - { name: comments, when: { action: jira.comment }, verdict: auto }',
        '',
      ].join('\n'),
    );
    writeFileSync(join(cwd, 'q.yaml'), 'action: jira.transition\nevent: comment_created\nto: Done\n');

    const checked = await pmAgent(['policy', 'check'], {}, cwd);
    const explained = await pmAgent(['policy', 'explain', 'q.yaml'], {}, cwd);

    expect(checked.code).toBe(0);
    expect(
      checked.out.match(
        /yaml:\d+: policy.rules\[\d\].verdict: rule "[\w ]+" says auto, and .*? is of grade G3/g,
      ),
    ).toEqual([
      'yaml:6: policy.rules[1].verdict: rule "closing" says auto, and a move to Done is of grade G3',
      'yaml:7: policy.rules[2].verdict: rule "moves" says auto, and a move to a final status is of grade G3',
      'yaml:8: policy.rules[3].verdict: rule "gravest" says auto, and a move to a final status or a change of priority, to the highest too is of grade G3',
      'yaml:12: policy.rules[5].verdict: rule "fields" says auto, and a change of priority, to the highest too is of grade G3',
      'yaml:14: policy.rules[6].verdict: rule "by day" says auto, and a move to a final status is of grade G3',
    ]);
    expect(checked.out).not.toContain('"fields" asks nobody');
    expect(explained.out).toMatch(
      /^ask, by the rule "closing \(asks: it ends the issue, and G3 never goes by itself\)"/,
    );
  });

  test.each<[string, string[], string | null]>([
    [
      'all of it',
      [],
      'a move to a final status or a change of priority, to the highest too, where no rule speaks of it,',
    ],
    [
      'what no rule takes',
      ['{ action: jira.transition }'],
      'a change of priority, to the highest too, where',
    ],
    [
      'a status that a rule does not name',
      ['{ action: jira.transition, to: Done }'],
      'a move to a final status or a change of priority',
    ],
    ['nothing that a rule takes whole', ['{ risk: G3 }'], null],
  ])(
    'check says of default: auto that grade G3 is asked about all the same: %s',
    async (_name, rules, what) => {
      const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
      const asking = rules.map((when, n) => `    - { name: r${n}, when: ${when}, verdict: ask }`);
      writeFileSync(
        join(cwd, 'pm-agent.yaml'),
        ['policy:', '  default: auto', `  rules:${asking.length === 0 ? ' []' : ''}`, ...asking, ''].join(
          '\n',
        ),
      );

      const { code, out } = await pmAgent(['policy', 'check'], {}, cwd);

      expect(code).toBe(0);
      expect(out.includes('grade G3')).toBe(what !== null);
      expect(out).toContain(
        what === null ? 'is right' : `pm-agent.yaml:2: policy.default: the default says auto, and ${what}`,
      );
    },
  );

  test('check knows that customers can be answered and channels called only where the file lets it', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    const policy =
      'policy: { rules: [{ name: words, when: { action: [jira.comment, slack.message] }, verdict: auto }] }\n';
    writeFileSync(join(cwd, 'closed.yaml'), `output: { mentions: [U0ANA] }\n${policy}`);
    writeFileSync(
      join(cwd, 'open.yaml'),
      `teams: [{ id: it, jira: { projects: [IT], publicAnswers: [IT] } }]\noutput: { mentions: [channel] }\n${policy}`,
    );

    expect((await pmAgent(['policy', 'check', 'closed.yaml'], {}, cwd)).out).not.toContain('G3');
    expect((await pmAgent(['policy', 'check', 'open.yaml'], {}, cwd)).out).toContain(
      'open.yaml:3: policy.rules[0].verdict: rule "words" says auto, and an answer to a customer or a message that calls a whole channel or group is of grade G3',
    );
  });

  test('explain of a file that describes nothing names its line', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-cli-'));
    writeFileSync(join(cwd, 'q.json'), '{\n"action": "jira.fly",\n"event": "push"}');

    expect(await pmAgent(['policy', 'explain', 'q.json'], {}, cwd)).toMatchObject({
      code: 1,
      err: expect.stringContaining('q.json:2: action: write one of jira.comment'),
    });
  });
});
