import { randomUUID } from 'node:crypto';
import type { FileChange, LiveFileLog } from '../config/live-file.js';
import type { Inbox } from '../inbox/inbox.js';

/** When the rules changed stands in the audit log beside what was decided by them; who changed them, the file does not say. */
export function noteFileChange(
  inbox: Pick<Inbox, 'saveNote'>,
  log: Pick<LiveFileLog, 'warn'>,
  change: FileChange,
): void {
  const note = {
    id: randomUUID(),
    at: new Date().toISOString(),
    cycleId: null,
    kind: 'configuration.changed',
    actor: 'file:pm-agent.yaml',
    data: { ...change },
  } as const;
  inbox
    .saveNote(note)
    .catch((error: unknown) => log.warn({ error }, 'a change of pm-agent.yaml could not be noted'));
}
