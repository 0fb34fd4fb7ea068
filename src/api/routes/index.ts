/** The table of routes: what is here is mounted and documented. Webhooks have a table of their own. */
import type { ApiDeps } from '../deps.js';
import type { Readmit } from '../readmission.js';
import type { Route } from '../route.js';
import { actionRoutes } from './actions.js';
import { approvalRoutes } from './approvals.js';
import { auditRoutes } from './audit.js';
import { autonomyRoutes } from './autonomy.js';
import { blobRoutes } from './blobs.js';
import { cycleRoutes } from './cycles.js';
import { declinedRoutes } from './declined.js';
import { drillRoutes } from './drills.js';
import { eventRoutes } from './events.js';
import { explanationRoutes } from './explanations.js';
import { oversightRoutes } from './oversight.js';
import { pauseRoutes } from './pause.js';
import { serviceRoutes } from './service.js';
import { type SessionDeps, sessionRoutes } from './session.js';
import { settlingRoutes } from './settling.js';
import { shadowRoutes } from './shadow.js';
import { trialRoutes } from './trials.js';

export function allRoutes(deps: ApiDeps, sessionDeps: SessionDeps, readmit: Readmit): readonly Route[] {
  return [
    ...serviceRoutes(deps),
    ...sessionRoutes(sessionDeps),
    ...eventRoutes(deps, readmit),
    ...cycleRoutes(deps),
    ...blobRoutes(deps),
    ...approvalRoutes(deps),
    ...actionRoutes(deps),
    ...settlingRoutes(deps),
    ...declinedRoutes(deps),
    ...explanationRoutes(deps),
    ...pauseRoutes(deps),
    ...autonomyRoutes(deps),
    ...oversightRoutes(deps),
    ...drillRoutes(deps),
    ...auditRoutes(deps),
    ...trialRoutes(deps),
    ...shadowRoutes(deps),
  ];
}
