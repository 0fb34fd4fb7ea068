/** Does a request that we sent fit a vendor's published OpenAPI document? */
import OpenApiAjv from 'ajv';
import type { ReceivedRequest } from './scripted-server.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: unknown;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
}

export interface OpenApiCheck {
  /** What does not fit, in words; empty where the request is as documented. */
  problemsOf(request: ReceivedRequest): readonly string[];
}

/** `basePath` is what stands before the document's paths; `alsoAllowed` names query parameters documented elsewhere. */
export function openApiCheck(
  spec: Readonly<Record<string, unknown>>,
  options: { readonly basePath?: string; readonly alsoAllowed?: readonly string[] } = {},
): OpenApiCheck {
  const ajv = new OpenApiAjv.default({ strict: false, validateFormats: false });
  ajv.addSchema(spec, 'spec', false, false);
  // What stands in a query is text: "5" is a number there, and what comes more than once a list.
  const ofQueries = new OpenApiAjv.default({ strict: false, validateFormats: false, coerceTypes: 'array' });
  const paths = spec['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return {
    problemsOf: (request) => {
      const path = request.path.slice((options.basePath ?? '').length);
      const template = Object.keys(paths).find((candidate) => matches(candidate, path));
      const method = request.method.toLowerCase();
      const operation = template === undefined ? undefined : paths[template]?.[method];
      if (template === undefined || operation === undefined) {
        return [`${request.method} ${path} is no documented operation`];
      }
      return [
        ...queryProblems(operation, request, options.alsoAllowed ?? []),
        ...valueProblems(operation, request),
        ...bodyProblems(template, method, request),
      ];
    },
  };

  function valueProblems({ parameters = [] }: Operation, { search }: ReceivedRequest): string[] {
    const given = new URLSearchParams(search);
    return parameters.flatMap(({ name, in: place, schema }) => {
      const values = given.getAll(name);
      const { type, items } = Object(schema) as {
        readonly type?: unknown;
        readonly items?: { type?: unknown };
      };
      // Some of Jira's agile API are objects on paper, which no query can hold.
      if (place !== 'query' || values.length === 0 || [type, items?.type].includes('object')) {
        return [];
      }
      const check = ofQueries.compile({ type: 'object', properties: { value: schema ?? true } });
      // Each is one of its kind where the document knows no list.
      const all = type === 'array' ? [values] : values;
      return all.every((value) => check({ value })) ? [] : [`query ${name}=${values.join('&')} does not fit`];
    });
  }

  function bodyProblems(template: string, method: string, request: ReceivedRequest): string[] {
    const operation = paths[template]?.[method];
    if (operation?.requestBody?.content?.['application/json'] === undefined) {
      return request.json === undefined ? [] : ['a body where none is documented'];
    }
    const pointer = ['paths', template, method, 'requestBody', 'content', 'application/json', 'schema'];
    const validate = ajv.compile({ $ref: `spec#/${pointer.map(escaped).join('/')}` });
    return validate(request.json)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  }
}

function queryProblems(
  operation: Operation,
  request: ReceivedRequest,
  alsoAllowed: readonly string[],
): string[] {
  const documented = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const known = new Set([...documented.map(({ name }) => name), ...alsoAllowed]);
  const unknown = Object.keys(request.query).filter((name) => !known.has(name));
  const missing = documented.filter(({ name, required }) => required === true && !(name in request.query));
  return [
    ...unknown.map((name) => `unknown query ${name}`),
    ...missing.map(({ name }) => `missing query ${name}`),
  ];
}

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

/** A JSON pointer's part inside a URI fragment. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
