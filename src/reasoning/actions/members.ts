/** Members that the payloads of several kinds share. */
import { z } from 'zod';
import { ACTION_TEXT_LIMIT } from '../../domain/output/size.js';

export const actionText = z
  .string()
  .min(1)
  .max(ACTION_TEXT_LIMIT)
  .describe('Markdown, at most 8,000 characters');

export const issueKey = z.string().max(100).describe('The key as facts.issue names it');

/** An answer where it is not named. */
export const commentRole = z
  .enum(['answer', 'status_note'])
  .default('answer')
  .describe(
    '"answer": a new comment. "status_note": your one living note on this item; body replaces all that it says',
  );
