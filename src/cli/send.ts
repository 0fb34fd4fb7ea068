import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument } from 'commander';
import type { Config } from '../config/config.js';
import { errorCode } from '../config/error-code.js';
import { loadClientConfig, loadConfig } from '../config/load.js';
import { EVENT_SOURCES, type EventSource } from '../domain/event.js';
import { member, whyNoAnswer } from './api-client.js';
import { CommandError, type Io, type Register } from './command.js';
import { createDelivery, type Delivery } from './payload.js';

interface Options {
  readonly event?: string;
  readonly delivery?: string;
  readonly json?: boolean;
}

const REQUEST_MS = 30_000;

/** `pm-agent send <source> <file>`: signs a payload as the vendor would and posts it to the webhook. */
export const registerSend: Register = (program, run) => {
  program
    .command('send')
    .description(
      'sign a webhook payload and send it; a simulated vendor is told first what the payload speaks of',
    )
    .addArgument(new Argument('<source>').choices(EVENT_SOURCES))
    .argument('<file>', 'JSON body of a webhook (for Slack also a form body)')
    .option('--event <key>', 'Bitbucket event key, e.g. pullrequest:created (default: guessed from the body)')
    .option('--delivery <id>', 'delivery id (default: a new one)')
    .option('--json', "the API's answer as JSON")
    .action((source: EventSource, file: string, options: Options) =>
      run((io) => send(io, source, resolve(io.cwd, file), options)),
    );
};

async function send(io: Io, source: EventSource, file: string, options: Options): Promise<number> {
  const config = loadConfig(io.env, { cwd: io.cwd });
  const delivery = createDelivery({
    source,
    file: readPayload(file),
    eventKey: options.event ?? null,
    deliveryId: options.delivery ?? null,
    secret: config.webhookSecrets[source][0] ?? null,
    now: new Date(),
  });
  if (config[source].sandboxed) {
    await teachSandbox(io, config, source, delivery);
  }
  const { url } = loadClientConfig(io.env);
  const response = await post(
    `${url}${delivery.path}`,
    delivery.headers,
    delivery.body,
    'start pm-agent (npm start) or set PM_AGENT_URL',
  );
  const text = await response.text();
  io.out(options.json === true ? `${text.trim()}\n` : describe(response.status, parse(text)));
  return response.ok ? 0 : 1;
}

function readPayload(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError(`cannot read ${file} (${errorCode(error)})`);
  }
}

/** Makes the issue, pull request or channel known, so that the event finds its own content. */
async function teachSandbox(io: Io, config: Config, source: EventSource, delivery: Delivery): Promise<void> {
  const body = Buffer.from(JSON.stringify({ source, eventKey: delivery.eventKey, body: delivery.content }));
  try {
    const response = await post(
      `${config.sandbox.url}/_learn`,
      { 'content-type': 'application/json' },
      body,
      '',
    );
    if (!response.ok) {
      io.err(`The sandbox did not learn the payload (${response.status}); it is sent all the same.\n`);
    }
  } catch {
    io.err(`No sandbox answers at ${config.sandbox.url}; the payload is sent all the same.\n`);
  }
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  hint: string,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
  } catch (error) {
    throw new CommandError(`no answer from ${url} (${whyNoAnswer(error)}); ${hint}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function describe(status: number, body: unknown): string {
  const text = (key: string) => {
    const value = member(body, key);
    return typeof value === 'string' ? value : null;
  };
  const error = member(member(body, 'error'), 'message');
  const lines = [
    `${status} ${text('status') ?? (typeof error === 'string' ? error : '')}`.trimEnd(),
    ...(text('reason') === null ? [] : [`reason  ${text('reason')}`]),
    ...(text('eventId') === null ? [] : [`event   ${text('eventId')}`]),
    ...(text('cycleId') === null
      ? []
      : [`cycle   ${text('cycleId')}`, `next    npx pm-agent show ${text('cycleId')}`]),
  ];
  return `${lines.join('\n')}\n`;
}
