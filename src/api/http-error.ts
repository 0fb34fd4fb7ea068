/** An answer that is not a success, meant to be read by the caller: nothing internal goes into its message. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** Stable, snake_case; callers branch on it. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What a caller needs besides the message: the current hash, who decided. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly details?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.details = extra.details ?? {};
  }

  /** The same answer with more headers. */
  with(headers: Readonly<Record<string, string>>): HttpError {
    const { status, code, message, details } = this;
    return new HttpError(status, code, message, { headers: { ...this.headers, ...headers }, details });
  }
}

export function notFound(what: string): HttpError {
  return new HttpError(404, 'not_found', `${what} is not known here`);
}
