/** A Web API call's arguments: form fields, JSON members or the query, where objects may come as JSON in a text. */
import type { Request } from 'express';
import { isRecord, parseJson } from '../loose-json.js';

export interface SlackArguments {
  /** Null where missing or empty. */
  text(name: string): string | null;
  flag(name: string): boolean;
  number(name: string, fallback: number): number;
  /** An object or list, parsed where it came as text; undefined where it is missing, `'broken'` where it cannot be read. */
  json(name: string): unknown;
}

export function readArguments(request: Request): SlackArguments {
  const body: unknown = request.body;
  const given: Readonly<Record<string, unknown>> = { ...request.query, ...(isRecord(body) ? body : {}) };
  const text = (name: string): string | null => {
    const value = given[name];
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    text,
    flag: (name) => ['true', '1'].includes(text(name) ?? ''),
    number: (name, fallback) => {
      const value = Number(text(name) ?? Number.NaN);
      return Number.isInteger(value) && value > 0 ? value : fallback;
    },
    json: (name) => {
      const value = given[name];
      if (typeof value !== 'string') return value ?? undefined;
      return value === '' ? undefined : (parseJson(value) ?? 'broken');
    },
  };
}
