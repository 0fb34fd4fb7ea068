/** The relay's hands at Temporal: start a cycle once, and ask whether one is still open. */
import {
  Client,
  Connection,
  type ConnectionOptions,
  isGrpcServiceError,
  type Metadata,
  ServiceError,
} from '@temporalio/client';
import {
  type SearchAttributePair,
  ValueError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import type { Log } from '../../database/open.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { Priority } from '../../domain/priority.js';
import {
  AGENT_CYCLE,
  PM_AWAITING_APPROVAL,
  PM_EVENT_TYPE,
  PM_PROJECT,
  PM_SOURCE,
  PM_STATUS,
  PM_SUBJECT,
} from '../../workflows/messages.js';
import { staticDetailsOf, staticSummaryOf } from './cycle-summary.js';
import { type StartCycle, StartRefusedError } from './start-row.js';
import type { DescribeCycle } from './sweeper.js';

export interface TemporalOptions {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** TLS, API key, metadata: what `Connection` takes besides the address. */
  readonly connectionOptions?: Readonly<Record<string, unknown>>;
}

/**
 * The SDK adds the namespace to each call's headers inside an AsyncLocalStorage, and from its first use on Node keeps its
 * async hooks on for the whole process: each acknowledgement then costs half as much again. Here the header is
 * static, for one connection serves one namespace.
 */
class OneNamespaceConnection extends Connection {
  override withMetadata<T>(metadata: Metadata, call: () => Promise<T>): Promise<T> {
    const isNamespaceOnly = Object.keys(metadata).every((name) => name === NAMESPACE_HEADER);
    return isNamespaceOnly ? call() : super.withMetadata(metadata, call);
  }
}

const NAMESPACE_HEADER = 'temporal-namespace';

/** A client that connects at its first call, so that the API starts, accepts and stores without Temporal. */
export function createLazyClient(options: TemporalOptions): Client {
  const given = options.connectionOptions as ConnectionOptions | undefined;
  const connection = OneNamespaceConnection.lazy({
    ...given,
    address: options.address,
    metadata: { ...given?.metadata, [NAMESPACE_HEADER]: options.namespace },
    // The relay has its own pauses; the client's ten quiet attempts would hide an outage for half a minute.
    interceptors: [withCallTimeout],
  });
  return new Client({ connection, namespace: options.namespace });
}

/** A call that takes longer counts as failed; starting or deciding again is safe. */
const CALL_TIMEOUT_MS = 3_000;

/** Gives every call its deadline. Not `withDeadline`: that runs in an AsyncLocalStorage too. */
const withCallTimeout: NonNullable<ConnectionOptions['interceptors']>[number] = (options, nextCall) =>
  nextCall({ ...options, deadline: options.deadline ?? Date.now() + CALL_TIMEOUT_MS }) as ReturnType<
    NonNullable<ConnectionOptions['interceptors']>[number]
  >;
/** Ten seconds, the default, would be lost after each kill of a worker. */
const WORKFLOW_TASK_TIMEOUT = '3s';
const GRPC_INVALID_ARGUMENT = 3;
const GRPC_RESOURCE_EXHAUSTED = 8;
const LONGEST_KEYWORD = 255;

/** Starts `agentCycle` under the cycle's id. The id is used once for ever: `already_started` also for a closed cycle. */
export function createCycleStarter(parts: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Log;
}): StartCycle {
  let hasAttributes = true;

  const start = (input: CycleInput, priority: Priority) =>
    parts.client.workflow.start(AGENT_CYCLE, {
      workflowId: input.cycleId,
      taskQueue: parts.taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      priority: { priorityKey: priorityKeyOf(input, priority) },
      staticSummary: staticSummaryOf(input),
      staticDetails: staticDetailsOf(input),
      ...(hasAttributes ? { typedSearchAttributes: attributesOf(input) } : {}),
    });

  return async (input, priority) => {
    try {
      await start(input, priority);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) {
        return 'already_started';
      }
      if (hasAttributes && isAboutSearchAttributes(error)) {
        hasAttributes = false;
        parts.log.warn(
          { error: messageOf(error) },
          'the search attributes are not registered in this namespace: cycles start without them (register them and start again to search by them)',
        );
        await start(input, priority).catch(refuse);
        return 'started';
      }
      refuse(error);
    }
    return 'started';
  };
}

/** 1 is first, 3 the server's own default, 5 last. A cycle that only notes that another answers can wait. */
function priorityKeyOf({ coalescedInto }: CycleInput, priority: Priority): number {
  return coalescedInto === null ? priority + 1 : 5;
}

/** Asks the server, not its visibility index. Rejects where Temporal cannot be asked. */
export function createCycleDescriber(client: Client): DescribeCycle {
  return async (cycleId) => {
    try {
      const description = await client.workflow.getHandle(cycleId).describe();
      const isOpen = description.status.name === 'RUNNING' || description.status.name === 'PAUSED';
      return isOpen ? 'running' : 'closed';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) {
        return 'missing';
      }
      throw error;
    }
  };
}

function attributesOf({ event, shownStatus = 'running' }: CycleInput): SearchAttributePair[] {
  const keyword = (value: string) => value.slice(0, LONGEST_KEYWORD);
  return [
    { key: PM_SOURCE, value: event.source },
    { key: PM_EVENT_TYPE, value: event.type },
    { key: PM_SUBJECT, value: keyword(event.subject) },
    { key: PM_STATUS, value: shownStatus },
    { key: PM_AWAITING_APPROVAL, value: false },
    ...(event.project === null ? [] : [{ key: PM_PROJECT, value: keyword(event.project) }]),
  ];
}

/** Throws: what will be refused again however often it is tried as a `StartRefusedError`, everything else as it came. */
function refuse(error: unknown): never {
  const grpc = grpcErrorOf(error);
  const isRefused =
    grpc?.code === GRPC_INVALID_ARGUMENT ||
    (grpc !== null && isAboutSize(grpc)) ||
    error instanceof ValueError ||
    error instanceof RangeError;
  throw isRefused ? new StartRefusedError(messageOf(error), { cause: error }) : error;
}

/** Over 4 MB a message does not get as far as Temporal's own check. The same code also says that too much is asked just now. */
function isAboutSize({ code, details }: GrpcFailure): boolean {
  return code === GRPC_RESOURCE_EXHAUSTED && /larger than/i.test(details);
}

function isAboutSearchAttributes(error: unknown): boolean {
  const grpc = grpcErrorOf(error);
  return grpc?.code === GRPC_INVALID_ARGUMENT && /search attribute/i.test(grpc.details);
}

interface GrpcFailure {
  readonly code: number;
  readonly details: string;
}

function grpcErrorOf(error: unknown): GrpcFailure | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause : null;
}

function messageOf(error: unknown): string {
  return grpcErrorOf(error)?.details ?? (error instanceof Error ? error.message : String(error));
}
