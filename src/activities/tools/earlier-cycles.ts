import { addEarlierCycle } from '../gather/earlier.js';
import type { Tool } from './tool.js';

const MOST = 10;

export const earlierCyclesTool: Tool<'earlier_cycles'> = async (_input, { deps, cycle, sources }) => {
  const { subject } = cycle.event;
  const earlier = await deps.mirror.earlierCycles({ subject, before: cycle.cycleId, limit: MOST });
  for (const told of earlier) {
    addEarlierCycle(sources.collector, told);
  }
  if (earlier.length === 0) {
    sources.collector.leaveOut('there was none before this one');
  }
  return null;
};
