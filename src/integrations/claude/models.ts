import { type ClaudeOptions, createAnthropic } from './client.js';
import { toClaudeError } from './failure.js';

/** Does the API know this model, and is the key good for it? Throws `IntegrationError`, `not_found` for an unknown one. */
export async function findModel(options: ClaudeOptions, model: string): Promise<void> {
  try {
    await createAnthropic(options).models.retrieve(model);
  } catch (error) {
    throw toClaudeError(error, {
      service: 'claude',
      method: 'GET',
      path: `/v1/models/${model}`,
      write: false,
    });
  }
}
