/** The product with one team, whose lead is told of outages: for tests of vendors that are away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createParts, type Parts } from './parts.js';
import { callsTo } from './vendor-trouble.js';

const LEAD = 'U0ANA';
const TEAM = `
people:
  - { id: lead-1, name: Ana Lindqvist, jira: "712020:ana", slack: ${LEAD}, roles: [lead] }
teams:
  - id: payments
    jira: { projects: [PAY, WEB] }
    slack: { channel: C0PAY }
    escalation: { lead: lead-1 }
`;

export async function startWithLead(): Promise<Parts> {
  const parts = await createParts();
  parts.env.PM_AGENT_CONFIG = join(parts.dataDir, 'pm-agent.yaml');
  writeFileSync(parts.env.PM_AGENT_CONFIG, TEAM);
  await parts.startAll();
  return parts;
}

/** What the team's lead was told. */
export async function toldLead(parts: Parts): Promise<readonly string[]> {
  const calls = await callsTo(parts, 'slack', /^POST \/chat\.postMessage$/);
  return calls.filter(({ body }) => body.channel === LEAD).map(({ body }) => String(body.text));
}
