/** What makes each method of a client send, and the answers that it needs to go on. */

/** One call of a method. Every answer is used, in this order, and no request is left without one. */
export interface SendingCase<C> {
  readonly call: (client: C) => Promise<unknown>;
  readonly answers: readonly unknown[];
}

/** Members that send nothing: they make what the others send, or only compute. */
export const SILENT = ['requests', 'wordsOf', 'close'] as const;

/** A row for each method that sends: the compiler names the one that lacks. */
export type SendingCases<C> = {
  readonly [M in Exclude<keyof C, (typeof SILENT)[number]>]: readonly SendingCase<C>[];
};

export interface SendingClient {
  /** The factory in src/integrations that makes the client. */
  readonly factory: string;
  /** Of the client as it is made; silent ones are left out. */
  readonly methods: readonly string[];
  /** By method. */
  readonly cases: Readonly<
    Record<string, readonly { readonly call: () => Promise<unknown>; readonly answers: readonly unknown[] }[]>
  >;
}

export function sendingClient<C extends object>(
  factory: string,
  client: C,
  cases: SendingCases<C>,
): SendingClient {
  const silent: readonly string[] = SILENT;
  const rows = Object.entries(cases) as [string, readonly SendingCase<C>[]][];
  return {
    factory,
    methods: Object.keys(client).filter((name) => !silent.includes(name)),
    cases: Object.fromEntries(
      rows.map(([method, some]) => [
        method,
        some.map(({ call, answers }) => ({ call: () => call(client), answers })),
      ]),
    ),
  };
}
