import type { Diagnosis } from '../doctor/index.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { indent, plain } from './table.js';

interface Options {
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** `pm-agent doctor`: opens files and asks vendors itself, so that it works where nothing else does. */
export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('look at everything that can be wrong, and say what to do')
    .option('--offline', 'only what needs nothing that runs: before the first start')
    .option('--json', 'as JSON')
    .action((options: Options) =>
      run(async (io) => {
        // What opens databases and speaks to vendors is loaded only here.
        const { diagnose } = await import('../doctor/index.js');
        const offline = options.offline === true;
        const diagnosis = await diagnose({ env: io.env, cwd: io.cwd, offline });
        const isWell = diagnosis.findings.every(({ status }) => status !== 'fail');
        if (options.json === true) {
          io.out(`${jsonText({ ok: isWell, ...toJson(diagnosis) })}\n`);
        } else {
          tell(io, diagnosis, offline);
        }
        return isWell ? 0 : 1;
      }),
    );
};

function toJson({ findings, leftOut }: Diagnosis) {
  const checks = findings.map(({ check, status, message, advice }) => ({
    name: check,
    status,
    message,
    advice,
  }));
  return { checks, leftOut };
}

function tell(io: Io, { findings, leftOut }: Diagnosis, offline: boolean): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, status, message, advice } of findings) {
    io.out(`${status.padEnd(4)}  ${check.padEnd(width)}  ${plain(message)}\n`);
    if (advice !== null) {
      io.out(`${indent(`→ ${plain(advice)}`, ' '.repeat(width + 8))}\n`);
    }
  }
  const count = (wanted: string) => findings.filter(({ status }) => status === wanted).length;
  io.out(`\n${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} to correct\n`);
  if (leftOut.length > 0) {
    const why = offline ? 'Asked nobody' : 'Not looked at before the configuration is right';
    io.out(`${why}: ${leftOut.join(', ')}\n`);
  }
}
