/** Puts the sandbox together: state, webhooks and the routes of all four vendors on one Express app. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { createAgentAccounts } from './accounts.js';
import { createBitbucketState } from './bitbucket/create-state.js';
import { createRewriteRouter } from './bitbucket/rewrite-routes.js';
import { createBitbucketRouter } from './bitbucket/router.js';
import { bitbucketFault } from './bitbucket/routing.js';
import { readBody } from './body.js';
import { type Answering, createAnswering } from './bots/answering.js';
import { type Bots, createBots } from './bots/bot.js';
import { createBotRouter } from './bots/router.js';
import { createClaudeRouter } from './claude/router.js';
import { anthropicFault } from './claude-fault.js';
import { createControlRouter } from './control.js';
import { type Delivery, startDelivery } from './delivery.js';
import type { SandboxDeps } from './deps.js';
import { createEmit } from './emit.js';
import { createFaults, type Faults } from './faults.js';
import { createJiraState } from './jira/create-state.js';
import { jiraFault } from './jira/errors.js';
import { createMoveRouter } from './jira/move-routes.js';
import { createJiraRouter } from './jira/router.js';
import { createTeamManagedRouter } from './jira/team-managed-routes.js';
import { createWorkflowRouter } from './jira/workflow-routes.js';
import { createLearnRouter } from './learn.js';
import type { SandboxLog } from './log.js';
import { createOutbox, type Outbox } from './outbox.js';
import { createPageRouter } from './page/router.js';
import { createReceived, type Received } from './received.js';
import type { Scope } from './scope.js';
import { isSeeded, seedDemoTeam } from './seed.js';
import type { WebhookSecrets } from './signatures.js';
import { createSlackState } from './slack/create-state.js';
import { createSlackRouter, READING_METHODS, slackFault } from './slack/router.js';
import { openStore, type Store } from './store.js';
import { createStoryRouter } from './stories/router.js';
import { createVendorCalls, type VendorCallOptions } from './vendor-calls.js';

export interface SandboxOptions {
  /** SQLite file; made where missing. */
  readonly file: string;
  /** Where this sandbox is reached, without a trailing slash. */
  readonly url: string;
  /** Where webhooks go, without a trailing slash: pm-agent's API. */
  readonly webhookTarget: string;
  readonly secrets: WebhookSecrets;
  readonly agentName: string;
  readonly log: SandboxLog;
  readonly clock?: () => Date;
}

export interface Sandbox {
  readonly app: Express;
  readonly deps: SandboxDeps;
  /** Stops the deliveries and closes the file; the HTTP server is the caller's. */
  close(): Promise<void>;
}

/** Throws where the file cannot be opened. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { file, url, webhookTarget: target, secrets, agentName, log, clock = () => new Date() } = options;
  const store = openStore(file);
  const accounts = createAgentAccounts(agentName);
  const outbox = createOutbox(store);
  const delivery = startDelivery({
    outbox,
    target,
    secrets,
    clock,
    log,
    answered: (deliveryId, text) => deps.slack.viewAnswered(deliveryId, text),
  });
  const faults = createFaults(store);
  const emit = createEmit({
    outbox,
    accounts,
    clock,
    loses: (vendor, event) => faults.loses(vendor, event),
    added: () => delivery.wake(),
  });
  const scope: Scope = { store, emit, accounts, clock, url };
  if (!isSeeded(scope)) seedDemoTeam(scope);
  const bots = createBots(store);
  const answering = createAnswering(
    {
      accounts,
      jira: createJiraState(scope),
      bitbucket: createBitbucketState(scope),
      slack: createSlackState(scope),
    },
    bots,
  );
  const deps: SandboxDeps = { ...scope, agentName, log, ...answering.vendors };
  return {
    app: createApp(deps, { outbox, faults, delivery, bots }),
    deps,
    close: () => close(answering, delivery, store),
  };
}

async function close(answering: Answering, delivery: Delivery, store: Store): Promise<void> {
  answering.close();
  await delivery.close();
  store.close();
}

interface Machinery {
  readonly outbox: Outbox;
  readonly faults: Faults;
  readonly delivery: Delivery;
  readonly bots: Bots;
}

function createApp(deps: SandboxDeps, { outbox, faults, delivery, bots }: Machinery): Express {
  const { store, clock } = deps;
  const received = createReceived(store);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(refuseForeignPages);
  app.use(refuseForeignHosts(deps.url));
  app.use(readBody());
  const seed = (): void => seedDemoTeam(deps);
  const released = (): void => delivery.wake();
  app.use(createControlRouter({ store, received, faults, outbox, clock, seed, released }));
  for (const vendor of vendorCalls(received, faults, clock)) {
    app.use(`/${vendor.vendor}`, createVendorCalls(vendor));
    if (vendor.vendor === 'jira') app.use('/jira-dc', createVendorCalls(vendor));
  }
  app.use(['/jira', '/jira-dc'], createJiraRouter({ ...deps, faults }));
  app.use('/bitbucket', createBitbucketRouter(deps));
  app.use('/slack', createSlackRouter(deps));
  app.use(createClaudeRouter(deps));
  app.use(createBotRouter(deps, bots));
  app.use(createStoryRouter(deps));
  app.use(createLearnRouter(deps));
  app.use(createMoveRouter(deps.jira));
  app.use(createTeamManagedRouter(deps.jira));
  app.use(createWorkflowRouter(deps.jira));
  app.use(createRewriteRouter(deps.bitbucket));
  app.use(createPageRouter(deps));
  app.use((request, response) =>
    refuse(response, 404, 'not_found', `No route ${request.method} ${request.path}.`),
  );
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = statusOf(error);
    if (status >= 500) deps.log.error({ err: error }, 'a call to the sandbox failed');
    refuse(response, status, 'sandbox_error', 'The sandbox could not answer this call.');
  });
  return app;
}

/** The MCP server's only writing tool is there to be left alone. */
const READING_POSTS = /\/search(?:\/jql)?$|\/comment\/list$|^\/mcp$/;

function vendorCalls(received: Received, faults: Faults, clock: () => Date): VendorCallOptions[] {
  const shared = { received, faults, clock };
  const never = (): boolean => false;
  return [
    {
      ...shared,
      vendor: 'jira',
      answerFault: jiraFault,
      isReading: (method, path) => method === 'POST' && READING_POSTS.test(path),
    },
    { ...shared, vendor: 'bitbucket', answerFault: bitbucketFault, isReading: never },
    {
      ...shared,
      vendor: 'slack',
      answerFault: slackFault,
      isReading: (_method, path) => READING_METHODS.test(path),
    },
    { ...shared, vendor: 'anthropic', answerFault: anthropicFault, isReading: never },
  ];
}

/** No web page from elsewhere may play here; programs send no Origin. */
function refuseForeignPages(request: Request, response: Response, next: NextFunction): void {
  const origin = request.get('origin');
  if (origin === undefined || origin === `${request.protocol}://${request.get('host') ?? ''}`) return next();
  refuse(response, 403, 'foreign_origin', `The sandbox takes no calls from pages of ${origin}.`);
}

/** The page, its forms and the control routes; a vendor's routes are reached under whatever name they were given. */
const CONTROLS = /^\/(?:_|$)/;
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * A page whose own name was rebound to this machine is no foreign page to itself, so the control routes also want one of
 * the names of this machine, or the one this sandbox was told that it is reached under.
 */
function refuseForeignHosts(url: string) {
  const publicHost = new URL(url).host.toLowerCase();
  return (request: Request, response: Response, next: NextFunction) => {
    const host = request.get('host') ?? '';
    if (!CONTROLS.test(request.path) || OWN_HOST.test(host) || host.toLowerCase() === publicHost)
      return next();
    refuse(
      response,
      403,
      'foreign_host',
      `The sandbox is not reached as ${host}: use localhost or SANDBOX_URL.`,
    );
  };
}

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } });
}

/** What body parsing says (413 for instance), else 500. */
function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
