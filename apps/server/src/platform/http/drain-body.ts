import type { IncomingMessage } from "node:http";

const longestDrained = 256 * 1024 * 1024;
const patienceMs = 10_000;

/**
 * Reads a body that nobody wants to its end, within limits. Its sender then gets the answer; a connection closed while
 * it still sends looks to it like a broken one.
 */
export function drainBody(request: IncomingMessage): Promise<void> {
  if (request.complete || Number(request.headers["content-length"] ?? 0) > longestDrained) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const over = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once("end", over).once("close", over).once("error", over).resume();
  });
}
