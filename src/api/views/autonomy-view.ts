import { z } from 'zod';
import { AUTONOMY_LEVELS } from '../../domain/autonomy.js';
import { wayUp } from '../../domain/autonomy-words.js';
import type { LevelState } from '../autonomy.js';
import { jsonObject, parseJson, time } from './common.js';

const level = z.enum(AUTONOMY_LEVELS);

export const autonomyShape = z
  .object({
    kind: z.string(),
    project: z.string().openapi({ description: 'Project, repository or channel; "-" for none' }),
    level,
    source: z.enum(['built_in', 'file', 'mirror']).openapi({
      description:
        'mirror: an admin chose it, or it was lost; file: pm-agent.yaml says so; built_in: nobody did',
    }),
    since: time.nullable(),
    evidence: z.object({
      clean: z.int().openapi({ description: 'Approved as proposed, since this level began' }),
      edited: z.int(),
      rejected: z.int(),
      undone: z.int(),
      observed: z.int().openapi({ description: 'Recorded without asking anybody' }),
      run: z.int().openapi({ description: 'What counts towards the next level, in a row up to now' }),
      needed: z.int(),
      notCounted: z.object({
        asked: z.int().openapi({
          description:
            'Approved as proposed in that row, and not in it: the policy asks about them at every level',
        }),
        final: z.int().openapi({ description: 'The same, of grade G3' }),
      }),
      lastBad: z.object({ actionId: z.string(), what: z.string(), at: time }).nullable(),
    }),
    wayUp: z.string().openapi({
      description: 'What the next level takes, what is missing, and which setting would change it',
    }),
    offer: level.nullable().openapi({ description: 'The level that an admin may take now' }),
    history: z.array(
      z.object({
        level,
        was: level,
        at: time,
        by: z.string(),
        byName: z.string(),
        why: z.string(),
        evidence: jsonObject.openapi({ description: 'What spoke for it then' }),
      }),
    ),
  })
  .openapi('Autonomy');

export function toAutonomyView(state: LevelState): z.input<typeof autonomyShape> {
  const { evidence, history, ...standing } = state;
  const { offer, ...counted } = evidence;
  return {
    ...standing,
    evidence: counted,
    wayUp: wayUp(state),
    offer,
    history: history.map(({ level: reached, was, at, by_id: by, by_name: byName, why, evidence: spoke }) => ({
      level: reached,
      was,
      at,
      by,
      byName,
      why,
      evidence: jsonObject.parse(parseJson(spoke)),
    })),
  };
}
