const started = new Date();

/** ISO time so many seconds after (or, negative, before) the start of the tests. */
export function at(seconds: number): string {
  return new Date(started.getTime() + seconds * 1000).toISOString();
}
