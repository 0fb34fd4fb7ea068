import { createApiClient } from './api-client.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { wordsUpTo } from './option-values.js';
import { awaitTrial } from './trial/await-trial.js';
import { readWords } from './trial/read-words.js';
import { tellEval } from './trial/tell-eval.js';
import { TRIAGE_OPTION } from './trial/tell-first-looks.js';
import { readThresholds, shortfalls } from './trial/thresholds.js';
import type { EvalView } from './trial/views.js';

interface Options {
  readonly model?: string;
  readonly prompt?: string;
  readonly family?: readonly string[];
  readonly thresholds?: string;
  readonly triage?: boolean;
  readonly json?: boolean;
}

/** `pm-agent eval`: the written scenarios, scored; exit 1 below the thresholds. */
export const registerEval: Register = (program, run) => {
  program
    .command('eval')
    .description('score the written scenarios; nothing is written to any vendor')
    .option('--model <model>', 'another model than the configured one', wordsUpTo(100))
    .option(
      '--prompt <path>',
      'other words: a file with the stable part, or a folder of role.md and <prompt>.md',
    )
    .option('--triage', TRIAGE_OPTION)
    .option('--family <family...>', 'only these families')
    .option('--thresholds <file>', 'what it has to reach; without it eval/thresholds.json')
    .option('--json', 'as JSON')
    .action((options: Options) => run((io) => evaluate(io, options)));
};

async function evaluate(
  io: Io,
  { model, prompt, family = [], thresholds, triage, json }: Options,
): Promise<number> {
  const wanted = readThresholds(io, thresholds);
  const trial = await awaitTrial<EvalView>(io, createApiClient(io), {
    kind: 'eval',
    families: family,
    ...(triage === true ? { triage } : {}),
    ...(model === undefined ? {} : { model }),
    ...(prompt === undefined ? {} : { prompt: readWords(io, prompt) }),
  });
  const whose = trial.standIn ? 'standIn' : 'model';
  const below = shortfalls(trial.report, wanted[whose], { isWhole: family.length === 0 });
  io.out(
    json === true
      ? `${jsonText({ ...trial, ok: below.length === 0, shortfalls: below })}\n`
      : tellEval(trial, { below, from: `"${whose}" in ${wanted.file}` }),
  );
  return below.length === 0 ? 0 : 1;
}
