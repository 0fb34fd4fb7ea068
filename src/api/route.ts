/** One route: what the server mounts and what the OpenAPI document says, from the same object. */
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Scope } from '../domain/operator.js';
import { HttpError } from './http-error.js';

export interface RouteAnswer {
  readonly description: string;
  /** Absent for answers without a JSON body. */
  readonly schema?: z.ZodType;
  /** For answers that are not JSON. */
  readonly contentType?: string;
}

interface RouteFacts {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/api/cycles/{id}`. */
  readonly path: `/${string}`;
  /** The scope that an operator needs; `open`: nobody is asked who they are. */
  readonly access: 'open' | Scope;
  /** Told when somebody asks whose scope is too small, before they are answered 403. */
  readonly onRefused?: (request: Request, response: Response) => Promise<void>;
  readonly tag: string;
  readonly summary: string;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
}

/** As the table holds it: shapes and inputs are behind `handler`. */
export interface Route extends RouteFacts {
  readonly query: z.ZodObject | null;
  readonly body: z.ZodObject | null;
  readonly handler: RequestHandler;
}

export interface RouteInput<Q extends z.ZodObject, B extends z.ZodObject> {
  /** The `{id}` of the path; empty where it has none. */
  readonly id: string;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Makes a route of a handler that gets checked input. What it returns is sent as JSON; `undefined` means that it has
 * answered itself. A query or body that does not fit is a 400 that names the field.
 */
export function route<Q extends z.ZodObject = z.ZodObject<{}>, B extends z.ZodObject = z.ZodObject<{}>>(
  spec: RouteFacts & {
    readonly query?: Q;
    readonly body?: B;
    readonly handle: (input: RouteInput<Q, B>) => unknown;
  },
): Route {
  const { query, body, handle, ...facts } = spec;
  const handler: RequestHandler = async (request, response) => {
    const answer = await handle({
      id: String(request.params['id'] ?? ''),
      query: checked(query, request.query),
      body: checked(body, request.body),
      request,
      response,
    });
    if (answer !== undefined) {
      response.json(answer);
    }
  };
  return { ...facts, query: query ?? null, body: body ?? null, handler };
}

function checked<S extends z.ZodObject>(schema: S | undefined, value: unknown): z.output<S> {
  if (schema === undefined) {
    return {} as z.output<S>;
  }
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
  throw new HttpError(400, 'bad_request', `${name === '' ? 'body' : name}: ${issue?.message ?? 'not valid'}`);
}
