import { resolve } from 'node:path';
import { readAgentFile } from '../config/agent-file.js';
import { jsonSchema } from '../config/agent-file-schema.js';
import type { Register } from './command.js';
import { configFile, USUAL_CONFIG } from './config-file.js';
import { type ExplainPolicyOptions, explainPolicy } from './explain-policy.js';
import { jsonText } from './json-text.js';

/** `pm-agent policy schema|check` read the file themselves; `explain` of an action asks the API, of a file nobody. */
export const registerPolicy: Register = (program, run) => {
  const policy = program
    .command('policy')
    .description('the configuration file: its schema, whether it is right, and which rule says what');
  policy
    .command('schema')
    .description('print the JSON Schema of pm-agent.yaml, for editors')
    .action(() =>
      run(async (io) => {
        io.out(`${jsonText(jsonSchema())}\n`);
        return 0;
      }),
    );
  policy
    .command('check')
    .description('check a configuration file')
    .argument('[file]', `the file; PM_AGENT_CONFIG, else ${USUAL_CONFIG}, where it is left out`)
    .action((given: string | undefined) =>
      run(async (io) => {
        const { file, askedBy = 'policy check' } = configFile(io, given, 'policy check');
        const checked = readAgentFile(resolve(io.cwd, file), askedBy);
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
  policy
    .command('explain')
    .description('tell which rule fires and why the ones before it do not')
    .argument('<what>', "an action's id, or a JSON or YAML file that describes one")
    .option(
      '--config <file>',
      `the rules that a file is judged by; PM_AGENT_CONFIG, else ${USUAL_CONFIG}, where it is left out`,
    )
    .option('--json', 'as JSON')
    .action((what: string, options: ExplainPolicyOptions) => run((io) => explainPolicy(io, what, options)));
};
