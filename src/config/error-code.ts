/** The code of what the operating system or SQLite refused (`ENOENT`); `error` where there is none. */
export function errorCode(error: unknown): string {
  return error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : 'error';
}
