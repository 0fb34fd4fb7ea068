/** Does a call that we made fit Slack's published document (Swagger 2.0, whose bodies are forms)? */
import type { OpenApiCheck } from './openapi.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly type?: string;
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>
>;

const SPELLED: Readonly<Record<string, RegExp>> = {
  boolean: /^(?:true|false)$/,
  integer: /^\d+$/,
  number: /^\d+(?:\.\d+)?$/,
};

/** The token may come as a bearer's instead (docs.slack.dev/apis/web-api, "Authentication"). */
const IN_HEADER = 'token';

/** `basePath` is what stands before the document's paths; `newer` names parameters that the document is older than. */
export function slackCheck(
  spec: Readonly<Record<string, unknown>>,
  { basePath, newer }: { readonly basePath: string; readonly newer: readonly string[] },
): OpenApiCheck {
  const paths = spec['paths'] as Paths;
  return {
    problemsOf: ({ path, form }) => {
      const operation = Object.values(paths[path.slice(basePath.length)] ?? {})[0];
      if (operation === undefined) {
        return [`${path} is no documented method`];
      }
      const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header');
      const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
      return [
        ...Object.keys(form).flatMap((name) =>
          known.has(name) || newer.includes(name) ? [] : [`unknown ${name}`],
        ),
        ...parameters.flatMap(({ name, required }) =>
          required === true && name !== IN_HEADER && !(name in form) ? [`missing ${name}`] : [],
        ),
        ...Object.entries(form).flatMap(([name, value]) => {
          const type = known.get(name)?.type ?? 'string';
          return SPELLED[type]?.test(value) === false ? [`${name} is no ${type}: ${value}`] : [];
        }),
      ];
    },
  };
}
