/** Small helpers that every vendor's routes share. */
import type { Request, Response } from 'express';
import { at } from './loose-json.js';

/** A path parameter, decoded; empty where the route has none of this name. */
export function param(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

/** A query parameter as text; null where it is missing, the first where it is repeated. */
export function query(request: Request, name: string): string | null {
  const value = request.query[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : null;
}

/** A number from the query; the fallback where it is missing or none. */
export function queryNumber(request: Request, name: string, fallback: number): number {
  const value = Number(query(request, name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
}

/** The value under a path of the request's body. */
export function bodyAt(request: Request, ...path: (string | number)[]): unknown {
  return at(request.body, ...path);
}

/** Where the caller reached this vendor: `http://127.0.0.1:8090/jira`. */
export function baseOf(request: Request, mount: string): string {
  return `${request.protocol}://${request.get('host') ?? 'localhost'}${mount}`;
}

/** The account that the call acts as; set by the vendor's authentication. */
export function actorOf(response: Response): string {
  const { actor } = response.locals as { actor?: unknown };
  if (typeof actor !== 'string') throw new Error('A vendor route was reached without authentication.');
  return actor;
}

/** Remembers the account that the call acts as. */
export function setActor(response: Response, actor: string): void {
  response.locals.actor = actor;
}

/** The vendor takes the credential of this call for one that counts no more. */
export function markTokenExpired(response: Response): void {
  response.locals.tokenExpired = true;
}

export function isTokenExpired(response: Response): boolean {
  return response.locals.tokenExpired === true;
}

/** Refuses a control call in pm-agent's own error shape. */
export function refuse(response: Response, message: string): void {
  response.status(400).json({ error: { code: 'invalid', message } });
}

/** What an `Authorization` header holds; null where there is none or the credential is empty. */
export function credentialOf(request: Request): { user: string | null; secret: string } | null {
  const [scheme = '', value = ''] = (request.get('authorization') ?? '').trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme)) return value === '' ? null : { user: null, secret: value };
  if (!/^basic$/i.test(scheme)) return null;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const secret = decoded.slice(colon + 1);
  return colon < 0 || secret === '' ? null : { user: decoded.slice(0, colon), secret };
}
