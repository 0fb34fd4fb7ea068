/**
 * The bare twin of an acknowledgement: Express, raw bytes, one row, FULL commits grouped per event-loop turn. No
 * signature, no parsing, no dedupe. Prints its port.
 */
import Database from 'better-sqlite3';
import express from 'express';

const database = new Database(String(process.argv[2]));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT');
const insert = database.prepare('INSERT INTO rows (raw) VALUES (?)');

let group: { readonly raw: Buffer; readonly done: () => void }[] = [];
const flush = database.transaction((rows: typeof group) => {
  for (const row of rows) {
    insert.run(row.raw);
  }
});

function store(raw: Buffer): Promise<void> {
  return new Promise((done) => {
    if (group.push({ raw, done }) === 1) {
      setImmediate(() => {
        const rows = group;
        group = [];
        flush.immediate(rows);
        for (const row of rows) {
          row.done();
        }
      });
    }
  });
}

const app = express();
app.post('/webhooks/:source', express.raw({ type: () => true, limit: '5mb' }), async (request, response) => {
  await store(request.body as Buffer);
  response.status(202).json({ status: 'accepted' });
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as { port: number }).port }));
});
