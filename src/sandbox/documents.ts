/**
 * The documents of the simulated vendors. The file is what counts, and is written through; every read is answered from
 * memory, because a search looks at all issues, and a product under load searches often.
 */
import type Database from 'better-sqlite3';
import { currentReadView } from './read-view.js';
import type { Vendor } from './vendors.js';

export interface Documents {
  get<T>(vendor: Vendor, kind: string, id: string): T | null;
  /** In order of first insertion; with `parent` only that parent's documents. */
  list<T>(vendor: Vendor, kind: string, parent?: string): T[];
  /** Inserts or replaces. `parent` groups documents for `list` (a comment's issue id). */
  put<T>(vendor: Vendor, kind: string, id: string, value: T, parent?: string): void;
  /** False where there was none. */
  remove(vendor: Vendor, kind: string, id: string): boolean;
  /** Removes all documents of one kind. */
  removeAll(vendor: Vendor, kind: string): void;
}

export interface CachedDocuments extends Documents {
  /** Reads from the file again: something else than these functions changed it. */
  readonly forget: () => void;
}

interface Row {
  readonly id: string;
  readonly parent: string;
  readonly json: string;
  readonly hidden_until: number;
  readonly json_before: string | null;
}

interface Document {
  readonly parent: string;
  readonly value: unknown;
  /** Milliseconds since 1970; 0 where nothing is hidden. */
  readonly hiddenUntil: number;
  /** What readers see until then; null: nothing. */
  readonly before: unknown;
}

/** Of one kind, by id, in order of first insertion. */
type Kind = Map<string, Document>;

/** The documents in the table of this name; no other process may write there. */
export function createDocuments(database: Database.Database): CachedDocuments {
  const rows = database.prepare<[string, string], Row>(
    'SELECT id, parent, json, hidden_until, json_before FROM documents WHERE vendor = ? AND kind = ? ORDER BY seq',
  );
  const upsert = database.prepare(
    `INSERT INTO documents (vendor, kind, id, parent, json, hidden_until, json_before)
     VALUES (@vendor, @kind, @id, @parent, @json, @hiddenUntil, @jsonBefore)
     ON CONFLICT (vendor, kind, id) DO UPDATE SET
       parent = @parent, json = @json, hidden_until = @hiddenUntil, json_before = @jsonBefore`,
  );
  const removeOne = database.prepare('DELETE FROM documents WHERE vendor = ? AND kind = ? AND id = ?');
  const removeKind = database.prepare('DELETE FROM documents WHERE vendor = ? AND kind = ?');
  const kinds = new Map<string, Kind>();

  function kindOf(vendor: Vendor, kind: string): Kind {
    const name = `${vendor} ${kind}`;
    const known = kinds.get(name) ?? new Map(rows.all(vendor, kind).map((row) => [row.id, toDocument(row)]));
    kinds.set(name, known);
    return known;
  }

  return {
    get: <T>(vendor: Vendor, kind: string, id: string) => {
      const found = kindOf(vendor, kind).get(id);
      return found === undefined ? null : (visible(found, Date.now()) as T | null);
    },
    list: <T>(vendor: Vendor, kind: string, parent?: string) => {
      const now = Date.now();
      return Array.from(kindOf(vendor, kind).values())
        .filter((one) => parent === undefined || one.parent === parent)
        .map((one) => visible(one, now) as T | null)
        .filter((value) => value !== null);
    },
    put: (vendor, kind, id, value, parent = '') => {
      const documents = kindOf(vendor, kind);
      const json = JSON.stringify(value);
      const document = { parent, value: parsed(json), ...hidingOf(documents.get(id), Date.now()) };
      const { hiddenUntil, before } = document;
      const jsonBefore = before === null ? null : JSON.stringify(before);
      upsert.run({ vendor, kind, id, parent, json, hiddenUntil, jsonBefore });
      documents.set(id, document);
    },
    remove: (vendor, kind, id) => {
      kindOf(vendor, kind).delete(id);
      return removeOne.run(vendor, kind, id).changes > 0;
    },
    removeAll: (vendor, kind) => {
      removeKind.run(vendor, kind);
      kindOf(vendor, kind).clear();
    },
    forget: () => kinds.clear(),
  };
}

/** Hidden twice, a document shows what stood before the first time. */
function hidingOf(known: Document | undefined, now: number): Pick<Document, 'hiddenUntil' | 'before'> {
  const { hideWritesMs } = currentReadView();
  const { hiddenUntil = 0, before = null } = known ?? {};
  if (hideWritesMs === 0) {
    return { hiddenUntil, before };
  }
  const isShown = hiddenUntil <= now;
  return { hiddenUntil: now + hideWritesMs, before: isShown ? (known?.value ?? null) : before };
}

/** What a reader sees: the value before a hidden write, or nothing where that write made it. */
function visible({ value, hiddenUntil, before }: Document, now: number): unknown {
  return hiddenUntil === 0 || !currentReadView().reading || hiddenUntil <= now ? value : before;
}

function toDocument({ parent, json, hidden_until, json_before }: Row): Document {
  const before = json_before === null ? null : parsed(json_before);
  return { parent, value: parsed(json), hiddenUntil: hidden_until, before };
}

/** Shared by all who read it: frozen, so that nobody changes what the file does not say. */
function parsed(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => Object.freeze(value));
}
