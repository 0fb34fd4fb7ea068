/** Members that the payloads of several kinds share. */
import { z } from 'zod';

/** Longest text that an action may put before people. */
export const ACTION_TEXT_LIMIT = 8_000;

export const actionText = z
  .string()
  .min(1)
  .max(ACTION_TEXT_LIMIT)
  .describe('Markdown, at most 8,000 characters');

export const issueKey = z.string().max(100).describe('The key as facts.issue names it');
