import { createApiClient } from './api-client.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { numberFrom, wholeNumber, wordsUpTo } from './option-values.js';
import { awaitTrial } from './trial/await-trial.js';
import { readWords } from './trial/read-words.js';
import { TRIAGE_OPTION } from './trial/tell-first-looks.js';
import { tellReplay } from './trial/tell-replay.js';
import type { ReplayView } from './trial/views.js';

interface Options {
  readonly last: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly maxChanged?: string;
  readonly all?: boolean;
  readonly triage?: boolean;
  readonly json?: boolean;
}

const MOST = 500;

/** `pm-agent replay`: what would be decided now, with every write blocked. */
export const registerReplay: Register = (program, run) => {
  program
    .command('replay')
    .description('decide recorded events once more, with every write blocked, and compare')
    .option('--last <number>', `so many cycles, the newest (1-${MOST})`, wholeNumber(1, MOST), '50')
    .option('--model <model>', 'another model than the configured one', wordsUpTo(100))
    .option(
      '--prompt <path>',
      'other words: a file with the stable part, or a folder of role.md and <prompt>.md',
    )
    .option(
      '--max-changed <percent>',
      'exit 1 where a larger share of the decisions changes or cannot be made any more',
      numberFrom(0, 100),
    )
    .option('--triage', TRIAGE_OPTION)
    .option('--all', 'show also what stays the same')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => replay(io, options)));
};

async function replay(
  io: Io,
  { last, model, prompt, maxChanged, all, triage, json }: Options,
): Promise<number> {
  const limit = maxChanged === undefined ? null : Number(maxChanged) / 100;
  const trial = await awaitTrial<ReplayView>(io, createApiClient(io), {
    kind: 'replay',
    last: Number(last),
    ...(triage === true ? { triage } : {}),
    ...(model === undefined ? {} : { model }),
    ...(prompt === undefined ? {} : { prompt: readWords(io, prompt) }),
  });
  io.out(json === true ? `${jsonText(trial)}\n` : tellReplay(trial, { all: all === true }));
  return limit !== null && isBeyond(trial.report, limit) ? 1 : 0;
}

/** What cannot be decided any more is no better than what is decided otherwise; and where nothing was asked, nothing holds. */
function isBeyond({ compared, undecided, counts }: ReplayView['report'], limit: number): boolean {
  const asked = compared + undecided;
  return asked === 0 || (counts.changed + undecided) / asked > limit;
}
