/** The table of commands, in the order of `pm-agent help`. */
import { registerApprovals } from './approvals.js';
import { registerApprove } from './approve.js';
import { registerAutonomy } from './autonomy.js';
import { registerBackup } from './backup.js';
import type { Register } from './command.js';
import { registerCycles } from './cycles.js';
import { registerDeclined } from './declined.js';
import { registerDoctor } from './doctor.js';
import { registerDrill } from './drill.js';
import { registerEval } from './eval.js';
import { registerEvents } from './events.js';
import { registerExplain } from './explain.js';
import { registerAsk, registerSnooze, registerTakeOver } from './other-decisions.js';
import { registerOversight } from './oversight.js';
import { registerPause } from './pause.js';
import { registerPolicy } from './policy.js';
import { registerReject } from './reject.js';
import { registerReplay } from './replay.js';
import { registerRestore } from './restore.js';
import { registerApi, registerSandbox, registerWorker } from './roles.js';
import { registerSend } from './send.js';
import { registerSettle } from './settle.js';
import { registerShadow } from './shadow.js';
import { registerShow } from './show.js';
import { registerStart } from './start.js';
import { registerToken } from './token.js';
import { registerUndo } from './undo.js';

export const COMMANDS: readonly Register[] = [
  registerStart,
  registerApi,
  registerWorker,
  registerSandbox,
  registerDoctor,
  registerSend,
  registerCycles,
  registerShow,
  registerExplain,
  registerApprovals,
  registerApprove,
  registerReject,
  registerAsk,
  registerSnooze,
  registerTakeOver,
  registerUndo,
  registerSettle,
  registerDeclined,
  registerPause,
  registerAutonomy,
  registerOversight,
  registerDrill,
  registerEvents,
  registerReplay,
  registerEval,
  registerShadow,
  registerPolicy,
  registerToken,
  registerBackup,
  registerRestore,
];
