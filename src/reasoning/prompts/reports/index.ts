import type { ReportKind } from '../../../domain/report.js';
import type { Prompt } from '../../prompt.js';
import { deliveryReview } from './delivery-review.js';
import { pullRequests } from './pull-requests.js';
import { sprintHealth } from './sprint-health.js';
import { standup } from './standup.js';

/** Which prompt writes which report. A new kind is a row here. Nothing writes reports yet: decision 57. */
export const reportPrompts: { readonly [K in ReportKind]: Prompt } = {
  standup,
  sprint_health: sprintHealth,
  pull_requests: pullRequests,
  delivery_review: deliveryReview,
};
