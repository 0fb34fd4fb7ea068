/** Events that the model declined to answer, as SQL. */
import type { DeclinedAuthorRow, DeclinedReader, DeclinedRow } from './declined.js';
import type { All } from './trial-reading.js';

export function declinedReading(all: All): DeclinedReader {
  return {
    declinedSince: (since, limit) => ({
      count:
        all<{ count: number }>(
          'SELECT count(DISTINCT cycle_id) AS count FROM declined WHERE declined_at >= ? AND answered_at IS NULL',
          since,
        )[0]?.count ?? 0,
      items: all<DeclinedRow>(
        `SELECT declined.cycle_id, declined.subject, cycles.event_type, cycles.title, model,
           min(declined_at) AS declined_at, json_group_array(author) AS authors
         FROM declined JOIN cycles ON cycles.id = declined.cycle_id
         WHERE declined_at >= ? AND answered_at IS NULL
         GROUP BY declined.cycle_id ORDER BY declined_at DESC, declined.cycle_id LIMIT ?`,
        since,
        limit,
      ),
    }),
    declinedAuthors: (since, limit) =>
      all<DeclinedAuthorRow>(
        `SELECT author, max(author_name) AS author_name, count(*) AS count FROM declined
         WHERE declined_at >= ? GROUP BY author ORDER BY count DESC, author LIMIT ?`,
        since,
        limit,
      ),
  };
}
