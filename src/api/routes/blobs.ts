/** What the mirror keeps by its hash: contexts, prompts, replies, answers of tools. */
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { type Route, route } from '../route.js';

const blobShape = z
  .object({
    hash: z.string(),
    content: z.unknown().openapi({ description: 'As it was sent or received; what was withheld says so' }),
  })
  .openapi('Blob');

export function blobRoutes({ mirror }: Pick<ApiDeps, 'mirror'>): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/blobs/{id}',
      access: 'read',
      tag: 'cycles',
      summary: 'A context, prompt, reply or answer of a tool by its sha256, as a cycle names it',
      answers: { 200: { description: 'The whole of it', schema: blobShape } },
      handle({ id }) {
        const data = mirror.getBlob(id);
        if (data === null) {
          throw notFound(`blob ${id}`);
        }
        return { hash: id, content: contentOf(data.toString('utf8')) };
      },
    }),
  ];
}

/** Nearly all of them are JSON; words of a prompt may be text. */
function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
