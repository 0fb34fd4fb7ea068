import { createApiClient } from './api-client.js';
import type { Register } from './command.js';
import { jsonText } from './json-text.js';
import { isStandIn } from './stand-in.js';
import { type ExplanationView, tellExplanation } from './tell-explanation.js';

/** `pm-agent explain <id>`: why something was said or done. */
export const registerExplain: Register = (program, run) => {
  program
    .command('explain')
    .description('tell why something was said or done: event, evidence, model, rule, approver, request, cost')
    .argument(
      '<id>',
      "a comment's id, a message's ts, or the link of either; an action, an approval, an event or a cycle",
    )
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: { json?: boolean }) =>
      run(async (io) => {
        const client = createApiClient(io);
        const body = await client.get(`/api/explanations/${encodeURIComponent(id)}`);
        io.out(
          options.json === true
            ? `${jsonText(body)}\n`
            : tellExplanation(body as ExplanationView, await isStandIn(client)),
        );
        return 0;
      }),
    );
};
