/** The workflows of one worker: the one `workflowsPath`. */
export { agentCycle } from './agent-cycle.js';
export { approvalDrill } from './approval-drill.js';
export { changeAutonomy } from './change-autonomy.js';
export { reconcileSweep } from './reconcile-sweep.js';
export { runTrial } from './run-trial.js';
export { undoAction } from './undo-action.js';
