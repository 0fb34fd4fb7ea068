/** A port played from a script: loud when the script ends, and it keeps what it was asked. */

type Methods<P> = {
  [M in keyof P as P[M] extends (...args: never[]) => Promise<unknown> ? M : never]: P[M] extends (
    ...args: infer A
  ) => Promise<infer R>
    ? readonly (R | Error | Play<A, R>)[] | Play<A, R>
    : never;
};
type Play<A extends unknown[], R> = (...args: A) => R | Promise<R>;

/** Per method: a list (one reply a call; an Error is thrown), or a function that plays every call. */
export type Script<P> = Partial<Methods<P>>;

export interface Received {
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface Scripted<P> {
  readonly port: P;
  readonly received: Received[];
  /** Names of the methods that were called, in order. */
  calls(): readonly string[];
}

export function scripted<P extends object>(
  name: string,
  script: Script<P>,
  fixed: Partial<P> = {},
): Scripted<P> {
  const received: Received[] = [];
  const positions = new Map<string, number>();
  const port = new Proxy(fixed as P, {
    get(target, property) {
      if (property in target || typeof property === 'symbol' || property === 'then') {
        return Reflect.get(target, property);
      }
      return async (...args: unknown[]) => {
        received.push({ method: property, args });
        const replies = (script as Record<string, unknown>)[property];
        if (typeof replies === 'function') {
          return (replies as (...all: unknown[]) => unknown)(...args);
        }
        const position = positions.get(property) ?? 0;
        positions.set(property, position + 1);
        if (!Array.isArray(replies) || position >= replies.length) {
          throw new Error(
            `${name}.${property} was called ${position + 1} times; the script has no such reply`,
          );
        }
        const reply: unknown = replies[position];
        if (reply instanceof Error) {
          throw reply;
        }
        return typeof reply === 'function' ? (reply as (...all: unknown[]) => unknown)(...args) : reply;
      };
    },
  });
  return { port, received, calls: () => received.map((one) => one.method) };
}
