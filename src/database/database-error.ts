/** A database that cannot be used. One line for a person: the file, the setting that names it, and what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
