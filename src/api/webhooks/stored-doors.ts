import type { WebhookRow } from '../../inbox/inbox.js';
import { mediaTypeOf, type WebhookDoor } from './door.js';
import { WEBHOOK_DOORS } from './index.js';

/**
 * The doors by which a stored delivery can have come in: those of its source that take its content type; all of them where
 * the vendor named none. What the sweep found came by none.
 */
export function doorsOf({
  source,
  headers,
  origin,
}: Pick<WebhookRow, 'source' | 'headers' | 'origin'>): readonly WebhookDoor[] {
  const type = mediaTypeOf(headers['content-type']);
  return origin === 'webhook'
    ? WEBHOOK_DOORS[source].filter(({ contentType }) => type === null || contentType === type)
    : [];
}
