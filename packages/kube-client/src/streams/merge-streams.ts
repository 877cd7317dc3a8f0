/**
 * The values of several streams in the order in which they come. Each stream is read one value ahead at most, so a slow
 * reader slows them all; the first error ends it, and leaving early ends all streams.
 */
export async function* mergeStreams<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
): AsyncGenerator<T, void, undefined> {
  type Step = { from: AsyncGenerator<T, void, undefined>; result: IteratorResult<T, void> };
  const step = async (from: AsyncGenerator<T, void, undefined>): Promise<Step> => ({ from, result: await from.next() });
  const pending = new Map(streams.map((stream) => [stream, step(stream)]));
  try {
    while (pending.size > 0) {
      const { from, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(from);
        continue;
      }
      // Last in line again, so that a busy stream does not starve the others.
      pending.delete(from);
      pending.set(from, step(from));
      yield result.value;
    }
  } finally {
    for (const [stream, next] of pending) {
      next.catch(() => {});
      void stream.return().catch(() => {});
    }
  }
}
