import { type ApiClient, createApiClient, describeFailure, member } from './api-client.js';
import { CommandError, type Register } from './command.js';
import { jsonText } from './json-text.js';
import { hashBeginning } from './option-values.js';
import { isStandIn } from './stand-in.js';
import { type Surroundings, tellCycle } from './tell-cycle.js';
import type { CycleView } from './views.js';

/** `pm-agent show <cycle>`: the whole story of one event. */
export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('tell one cycle: event, context, reasons, verdicts, approvals, effects, cost')
    .argument('<cycle>', 'id of the cycle, as send and cycles print it')
    .option('--json', "the API's answer as JSON")
    .option(
      '--blob <sha256>',
      'print a prompt, a reply or what a tool answered, by the beginning of its hash',
      hashBeginning,
    )
    .action((id: string, options: { json?: boolean; blob?: string }) =>
      run(async (io) => {
        const client = createApiClient(io);
        const answer = await client.ask('GET', `/api/cycles/${encodeURIComponent(id)}`);
        if (answer.status !== 200) {
          throw new CommandError(describeFailure(answer));
        }
        if (options.json === true) {
          io.out(`${jsonText(answer.body)}\n`);
          return 0;
        }
        const cycle = answer.body as CycleView;
        if (options.blob !== undefined) {
          io.out(await blobOf(client, cycle, options.blob));
          return 0;
        }
        io.out(tellCycle(cycle, await surroundingsOf(client, cycle)));
        return 0;
      }),
    );
};

async function blobOf(client: ApiClient, cycle: CycleView, beginning: string): Promise<string> {
  const hashes = [
    ...cycle.modelCalls.flatMap(({ promptHash, replyHash }) => [promptHash, replyHash]),
    ...(cycle.toolUses ?? []).map(({ answerHash }) => answerHash),
  ];
  const [hash, ...others] = new Set(hashes.filter((one) => one?.startsWith(beginning) === true));
  if (typeof hash !== 'string' || others.length > 0) {
    throw new CommandError(
      `${beginning} begins the hash of ${hash === undefined ? 'nothing' : 'several things'} of this cycle; show prints the hashes`,
    );
  }
  const body = await client.get(`/api/blobs/${hash}`);
  return `${jsonText(member(body, 'content'))}\n`;
}

/** The event may be gone by retention; the cycle is told all the same. */
async function surroundingsOf(client: ApiClient, cycle: CycleView): Promise<Surroundings> {
  const [row, standIn] = await Promise.all([
    client.ask('GET', `/api/events/${encodeURIComponent(cycle.eventId)}`),
    isStandIn(client),
  ]);
  const event = member(row.body, 'event');
  return {
    by: text(member(member(event, 'actor'), 'name')),
    said: text(member(member(event, 'comment'), 'text')) ?? text(member(event, 'text')),
    standIn,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
