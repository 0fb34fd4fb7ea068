import { resolve } from 'node:path';
import { readAgentFile } from '../config/agent-file.js';
import { jsonSchema } from '../config/agent-file-schema.js';
import type { Register } from './command.js';

/** `pm-agent policy schema|check`: reads the file itself, needs no running pm-agent. */
export const registerPolicy: Register = (program, run) => {
  const policy = program
    .command('policy')
    .description('the configuration file: its schema, and whether it is right');
  policy
    .command('schema')
    .description('print the JSON Schema of pm-agent.yaml, for editors')
    .action(() =>
      run(async (io) => {
        io.out(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
        return 0;
      }),
    );
  policy
    .command('check')
    .description('check a configuration file')
    .argument('[file]', 'the file', 'pm-agent.yaml')
    .action((file: string) =>
      run(async (io) => {
        const checked = readAgentFile(resolve(io.cwd, file), true);
        io.out(
          [
            `${file} is right (policy version ${checked.policy.version})`,
            ...(checked.warnings ?? []),
            '',
          ].join('\n'),
        );
        return 0;
      }),
    );
};
