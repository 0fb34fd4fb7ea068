/** Which description of a tool is accepted: a known hash, the one that an operator set, or the first that was seen. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../domain/canonical-json.js';
import type { McpTool } from './mcp-server.js';

export interface ToolPins {
  /** The hash that was seen first for this name, which is this one where none was. Throws where the file cannot be used. */
  firstSeen(name: string, hash: string): string;
}

/** sha256 (hex) of all that a tool says of itself: name, texts, schemas, annotations. */
export function toolHash(tool: McpTool): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const told = Object.entries({ name, title, description, inputSchema, outputSchema, annotations });
  const given = Object.fromEntries(told.filter(([, value]) => value !== undefined));
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(given))))
    .digest('hex');
}

const fileSchema = z.record(
  z.string(),
  z.object({ sha256: z.string(), /** ISO 8601 UTC */ firstSeenAt: z.string() }),
);

/** Pins in a JSON file, made where it is missing. Whoever removes an entry accepts the next description. */
export function createToolPins(file: string): ToolPins {
  return {
    firstSeen(name, hash) {
      const known = readPins(file);
      const pin = known[name];
      if (pin !== undefined) {
        return pin.sha256;
      }
      writePins(file, { ...known, [name]: { sha256: hash, firstSeenAt: new Date().toISOString() } });
      return hash;
    },
  };
}

function readPins(file: string): z.infer<typeof fileSchema> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    throw error;
  }
  return fileSchema.parse(JSON.parse(text));
}

/** In one step, so that a crash leaves the old file or the new one. */
function writePins(file: string, pins: z.infer<typeof fileSchema>): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(pins, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}
