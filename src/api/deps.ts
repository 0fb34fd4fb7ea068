import type { ChainVerifier } from '../audit/chain-verifier.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { AgentFile, Config } from '../config/config.js';
import type { DrillInput } from '../domain/drill.js';
import type { TrialInput } from '../domain/trial.js';
import type { Inbox } from '../inbox/inbox.js';
import type { SessionStore } from '../inbox/people/sessions.js';
import type { TokenUses } from '../inbox/people/token-uses.js';
import type { Logger } from '../log.js';
import type { TokenReader } from '../operators/token-reader.js';
import type { Autonomy } from './autonomy.js';
import type { Decisions } from './decisions.js';
import type { ApiMetrics } from './metrics/metrics.js';
import type { Pausing } from './pausing.js';
import type { Readiness } from './readiness.js';
import type { Settling } from './settling.js';
import type { Undo } from './undo.js';

/** Everything the HTTP server rests on; `main.ts` makes it, tests make their own. */
export interface ApiDeps {
  readonly config: Config;
  /** pm-agent.yaml as it is in force. */
  readonly agentFile: () => AgentFile;
  readonly log: Logger;
  readonly inbox: Inbox;
  readonly mirror: MirrorReader;
  readonly chain: Pick<ChainVerifier, 'verify'>;
  readonly tokens: TokenReader;
  readonly tokenUses: TokenUses;
  readonly sessions: SessionStore;
  readonly decisions: Decisions;
  readonly undo: Undo;
  readonly settling: Settling;
  readonly pausing: Pausing;
  readonly autonomy: Autonomy;
  /** Throws `HttpError` 503 where Temporal is away. */
  readonly startDrill: (input: DrillInput) => Promise<void>;
  /** Throws `HttpError` 503 where Temporal is away. */
  readonly startTrial: (input: TrialInput) => Promise<void>;
  readonly readiness: Readiness;
  readonly metrics: ApiMetrics;
  readonly clock: () => Date;
  /** Bytes that all deliveries together may hold in memory while they arrive; 128 MB where not given. */
  readonly bodiesLimit?: number;
}
