const lookMs = 50;
const patienceMs = 60_000;

/**
 * Asks again and again until the answer is neither null, undefined nor false, and gives it. A probe that throws has no
 * answer yet: the server may be down just now. Throws after `ms` (a minute), saying what the last answer or error was.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ms: number = patienceMs,
): Promise<T> {
  const end = Date.now() + ms;
  let last: unknown = "no answer";
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) throw new Error(`${what}: still not so after ${ms / 1000} s (last: ${String(last)})`);
    await pause(lookMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
