/** What the jobs give, in their order, with at most so many of them running while the reader works. */
export async function* ahead<T>(jobs: readonly (() => Promise<T>)[], most: number): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  let next = 0;
  const fill = () => {
    while (running.length < most && next < jobs.length) {
      const job = (jobs[next++] as () => Promise<T>)();
      // Awaited later, or not at all when the reader leaves.
      job.catch(() => undefined);
      running.push(job);
    }
  };
  fill();
  for (let first = running.shift(); first !== undefined; first = running.shift()) {
    const value = await first;
    fill();
    yield value;
  }
}
