import type { LevelChange, LevelOrder } from '../domain/autonomy.js';
import { record } from './activity-stubs.js';

/** Changes one level of autonomy, for an admin who asked for it. Asked twice under one id is done once. */
export function changeAutonomy(order: LevelOrder): Promise<LevelChange> {
  return record.changeAutonomy(order);
}
