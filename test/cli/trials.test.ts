/** `eval` and `replay` against an API that answers what a test gives it: exit codes, words, and what is printed. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FAMILY_NAMES } from '../../src/evaluation/scenarios/index.js';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let server: FakeServer | undefined;
afterEach(() => server?.close());

const score = (pass: number, scenarios: number, forbidden = 0) => ({
  scenarios,
  counts: { pass, missed: scenarios - pass - forbidden, stray: 0, forbidden, undecided: 0 },
  score: pass / scenarios,
  costUsd: 0.5,
});

const evaluation = (families: Record<string, ReturnType<typeof score>>, standIn = false) => ({
  id: 'eval-1',
  status: 'done',
  model: 'claude-sonnet-5-5',
  prompt: null,
  standIn,
  note: standIn ? 'The stand-in answered.' : null,
  cases: 10,
  done: 10,
  report: {
    families,
    total: score(
      Object.values(families).reduce((sum, { counts }) => sum + counts.pass, 0),
      Object.values(families).reduce((sum, { scenarios }) => sum + scenarios, 0),
      Object.values(families).reduce((sum, { counts }) => sum + counts.forbidden, 0),
    ),
  },
  results: [
    {
      caseId: 'red-main',
      title: 'The build of the main branch failed',
      family: 'builds',
      grade: { verdict: 'missed', problems: ['missing: slack.message'] },
    },
  ],
});

const all = (pass: number, of: number) =>
  Object.fromEntries(FAMILY_NAMES.map((name) => [name, score(pass, of)]));

async function run(args: readonly string[], trial: unknown, cwd?: string) {
  server = await fakeServer({
    'POST /api/trials': { status: 202, body: { id: 'eval-1', status: 'queued' } },
    'GET /api/trials/eval-1': { body: trial },
  });
  return pmAgent(args, { PM_AGENT_URL: server.url }, cwd);
}

const sent = (): unknown => JSON.parse(server?.asked[0]?.body.toString() ?? 'null');

describe('eval', () => {
  test('exits 0 where every threshold holds, and tells scores by family', async () => {
    const { code, out } = await run(['eval'], evaluation(all(10, 10)));

    expect(code).toBe(0);
    expect(out).toMatch(/builds +10 +10 +0 +0 +0 +0 +100 % +\$0\.5000/);
    expect(out).toContain('Holds every threshold.');
    expect(out).toContain('(The thresholds are "model" in eval/thresholds.json.)');
    expect(out).not.toContain('missed: something');
    expect(sent()).toEqual({ kind: 'eval', families: [] });
  });

  test('exits 1 below a threshold of one family, and says which and why', async () => {
    const { code, out } = await run(['eval'], evaluation({ ...all(10, 10), builds: score(5, 10) }));

    expect(code).toBe(1);
    expect(out).toContain('builds: 50 % pass, 80 % wanted');
    expect(out).toContain('builds/red-main: missed. The build of the main branch failed');
    expect(out).toContain('missing: slack.message');
    expect(out).toContain('stray: something nobody asked for');
  });

  test('exits 1 for anything forbidden, however well the rest is', async () => {
    const { code, out } = await run(['eval'], evaluation({ ...all(100, 100), slack: score(99, 100, 1) }));

    expect(code).toBe(1);
    expect(out).toContain('1 scenarios with something forbidden, 0 allowed');
  });

  test('exits 1 where a family was not run at all', async () => {
    const { slack: _slack, ...others } = all(10, 10);

    const { code, out } = await run(['eval'], evaluation(others));

    expect(code).toBe(1);
    expect(out).toContain('slack: it was not run');
  });

  test('of some families is held to theirs only', async () => {
    const { code } = await run(['eval', '--family', 'builds'], evaluation({ builds: score(10, 10) }));

    expect(code).toBe(0);
    expect(sent()).toEqual({ kind: 'eval', families: ['builds'] });
  });

  test('holds the stand-in to thresholds of its own, and says who answered', async () => {
    const { code, out } = await run(['eval'], evaluation(all(9, 10), true));

    expect(code).toBe(1);
    expect(out).toContain('The stand-in answered.');
    expect(out).toContain('builds: 90 % pass, 100 % wanted');
  });

  test('with --json tells whether it holds', async () => {
    const { code, out } = await run(['eval', '--json'], evaluation({ ...all(10, 10), builds: score(5, 10) }));

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      id: 'eval-1',
      ok: false,
      shortfalls: ['builds: 50 % pass, 80 % wanted'],
    });
  });

  test.each([
    ['is not there', null, /thresholds\.json cannot be read/],
    ['is something else', '{"standIn":{}}', /thresholds\.json: standIn\.total/],
  ])('a thresholds file that %s is one line that names it', async (_what, content, says) => {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-thresholds-'));
    if (content !== null) {
      writeFileSync(join(cwd, 'thresholds.json'), content);
    }

    const { code, err } = await run(['eval', '--thresholds', 'thresholds.json'], evaluation(all(1, 1)), cwd);

    expect(code).toBe(1);
    expect(err).toMatch(says);
    expect(server?.asked).toEqual([]);
  });

  test('of a trial that failed says why', async () => {
    const { code, err } = await run(['eval'], {
      ...evaluation(all(1, 1)),
      status: 'failed',
      error: 'there is no family called jokes',
    });

    expect(code).toBe(1);
    expect(err).toContain('there is no family called jokes');
  });
});

const side = (verdict: string, body: string) => ({
  summary: 'Nothing to do.',
  proposals: [
    {
      kind: 'jira.comment',
      target: 'jira:PAY-1',
      payload: { body },
      verdict,
      rule: 'default',
      refusal: null,
    },
  ],
  failure: null,
  model: 'm',
  prompt: 'comment 3.1',
  calls: 1,
  costUsd: 0.01,
});
const totals = {
  skipped: 0,
  hard: 0,
  costUsd: 0.02,
  calls: 2,
  policy: { auto: 1, ask: 1, never: 0, refused: 0 },
};
const replay = {
  ...evaluation({}),
  report: {
    cycles: 2,
    compared: 2,
    counts: { same: 1, reworded: 0, changed: 1 },
    undecided: 0,
    leftOut: 0,
    changed: 0.5,
    nowDecided: 0,
    nowSkipped: 0,
    before: totals,
    after: { ...totals, costUsd: 0.08 },
  },
  results: [
    {
      caseId: 'cycle-jira-1',
      title: 'PAY-1 Checkout',
      subject: 'jira:PAY-1',
      eventType: 'comment_created',
      why: null,
      before: side('auto', 'Open.'),
      after: side('ask', 'Closed.'),
      change: 'changed',
    },
    {
      caseId: 'cycle-jira-2',
      title: 'PAY-2 Basket',
      subject: 'jira:PAY-2',
      eventType: 'issue_updated',
      why: null,
      before: { ...side('auto', ''), proposals: [] },
      after: { ...side('auto', ''), proposals: [] },
      change: 'same',
    },
  ],
};

describe('replay', () => {
  test('tells what would change side by side, with cost and verdicts, and leaves out what stays', async () => {
    const { code, out } = await run(['replay', '--last', '2'], replay);

    expect(code).toBe(0);
    expect(out).toContain('changed  PAY-1 Checkout  comment_created  cycle-jira-1');
    expect(out).toMatch(/before {2}\$0\.0100 {2}jira\.comment on jira:PAY-1: auto by "default"\n.*Open/);
    expect(out).toMatch(/after {3}\$0\.0100 {2}jira\.comment on jira:PAY-1: ask by "default"\n.*Closed/);
    expect(out).toMatch(/cost +\$0\.0200 +\$0\.0800/);
    expect(out).toContain('1 changed (50 % of 2)');
    expect(out).not.toContain('PAY-2');
    expect(sent()).toEqual({ kind: 'replay', last: 2 });
  });

  test('tells what went past the model on one side only, and what was found hard', async () => {
    const [changed] = replay.results;
    const skipped = {
      ...side('auto', ''),
      proposals: [],
      costUsd: 0.0002,
      route: { to: 'skip', by: 'model', why: 'Thanks only.' },
    };
    const hard = { ...side('ask', 'Closed.'), route: { to: 'hard', by: 'model', why: 'Four teams.' } };
    const { out } = await run(['replay'], {
      ...replay,
      report: {
        ...replay.report,
        nowDecided: 1,
        before: { ...totals, skipped: 1 },
        after: { ...totals, hard: 1 },
      },
      results: [{ ...changed, before: skipped, after: hard }],
    });

    expect(out).toContain('changed (skipped before, decided now)  PAY-1 Checkout');
    expect(out).toContain('before  $0.0002  skipped at the first look: Thanks only.');
    expect(out).toMatch(
      /after {3}\$0\.0100 {2}found hard at the first look: Four teams\.\n +jira\.comment on/,
    );
    expect(out).toContain('1 were skipped before and are decided now, 0 the reverse');
    expect(out).toMatch(/skipped +1 +0/);
    expect(out).toMatch(/found hard +0 +1/);
  });

  test('tells what stays too where it is asked to', async () => {
    const { out } = await run(['replay', '--all'], replay);

    expect(out).toContain('same  PAY-2 Basket');
    expect(out).toContain('nothing: Nothing to do.');
  });

  test('exits 1 where more changes than may', async () => {
    expect((await run(['replay', '--max-changed', '49'], replay)).code).toBe(1);
    await server?.close();
    expect((await run(['replay', '--max-changed', '50'], replay)).code).toBe(0);
  });

  test.each([
    ['nothing can be decided any more', { compared: 0, undecided: 2 }],
    ['one of three cannot be decided any more', { compared: 2, undecided: 1 }],
    ['nothing could be asked', { compared: 0, undecided: 0, leftOut: 2 }],
  ])('exits 1 where %s', async (_what, report) => {
    const counts = { same: report.compared, reworded: 0, changed: 0 };
    const trial = { ...replay, results: [], report: { ...replay.report, changed: 0, counts, ...report } };

    expect((await run(['replay', '--max-changed', '33'], trial)).code).toBe(1);
    await server?.close();
    expect((await run(['replay'], trial)).code).toBe(0);
  });

  test('takes whole numbers of cycles only', async () => {
    const { code, err } = await run(['replay', '--last', '1.5'], replay);

    expect(code).toBe(2);
    expect(err).toContain("'--last <number>' argument '1.5' is invalid. Write a whole number from 1 to 500.");
    expect(server?.asked).toEqual([]);
  });

  test.each([
    [2, 'Nothing would be done otherwise; --all shows each cycle.'],
    [0, 'No cycle could be compared.'],
  ])('of which nothing changed says so (%d compared)', async (compared, says) => {
    const same = { ...replay, results: [], report: { ...replay.report, compared } };

    expect((await run(['replay'], same)).out).toContain(says);
  });

  test.each([
    ['--last', '0'],
    ['--last', 'many'],
    ['--max-changed', '101'],
  ])('%s %s is one line that says what it takes', async (option, value) => {
    const { code, err } = await run(['replay', option, value], replay);

    expect(code).toBe(2);
    expect(err).toMatch(
      new RegExp(`option '${option} .*' argument '${value}' is invalid\\. Write a .*number from`),
    );
  });
});

describe('other words', () => {
  function folder(files: Readonly<Record<string, string>>): string {
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-words-'));
    mkdirSync(join(cwd, 'words'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(cwd, 'words', name), text);
    }
    return cwd;
  }

  test('of a file are the stable part', async () => {
    await run(['replay', '--prompt', 'words/other.md'], replay, folder({ 'other.md': 'You are terse.\n' }));

    expect(sent()).toMatchObject({ prompt: { name: 'words/other.md', role: 'You are terse.', tasks: {} } });
  });

  test('of a folder are the stable part and instructions by their prompt', async () => {
    const cwd = folder({ 'role.md': 'You are terse.', 'question.md': 'Answer.', 'notes.yaml': 'mine' });

    await run(['eval', '--prompt', 'words'], evaluation(all(1, 1)), cwd);

    expect(sent()).toMatchObject({
      prompt: { name: 'words', role: 'You are terse.', tasks: { question: 'Answer.' } },
    });
  });

  test.each([
    ['nowhere', {}, 'there is no file or folder nowhere'],
    ['words', {}, 'words holds no words'],
    ['words', { 'role.md': ' \n' }, 'role.md is empty'],
  ])('that are not there are one line (%s, %j)', async (path, files, says) => {
    const { code, err } = await run(['replay', '--prompt', path], replay, folder(files));

    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('a first look', () => {
  const looks = { cases: 10, byRule: 4, skipped: 3, dropped: 1, hard: 1, costUsd: 0.01 };
  const trial = {
    ...evaluation(all(10, 10)),
    firstLooks: looks,
    results: [
      {
        caseId: 'red-main',
        title: 'The build of the main branch failed',
        family: 'builds',
        grade: { verdict: 'pass', problems: [] },
        first: { why: 'Routine.', dropped: true },
      },
    ],
  };

  test('is asked for with --triage, and names what it would have dropped', async () => {
    const { out } = await run(['eval', '--triage'], trial);

    expect(sent()).toMatchObject({ kind: 'eval', triage: true });
    expect(out).toContain(
      'First look: 10 cases (4 by rule), 3 skipped, 1 found hard, $0.0100; 1 dropped although the model would have acted',
    );
    expect(out).toContain('dropped  The build of the main branch failed  red-main: Routine.');
  });

  test('is not told of where nobody asked', async () => {
    const { out } = await run(['eval'], { ...trial, firstLooks: null });

    expect(sent()).not.toHaveProperty('triage');
    expect(out).not.toContain('First look');
  });
});
