/** How often something had to wait: by an action's id, or `<cycle>/<step>`. */
import { sql } from 'kysely';
import type { Writing } from './writing.js';

export async function recordWait({ db }: Writing, key: string): Promise<void> {
  await db
    .insertInto('vendor_waits')
    .values({ key, count: 1 })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ count: sql`count + 1` }))
    .execute();
}

export async function waitsOf({ db }: Writing, key: string): Promise<number> {
  const row = await db.selectFrom('vendor_waits').select('count').where('key', '=', key).executeTakeFirst();
  return row?.count ?? 0;
}
