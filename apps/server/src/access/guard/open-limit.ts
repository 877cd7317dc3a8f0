import { GennakerError } from "@gennaker/contract/errors.ts";

/** Requests of one address to one open route in a minute; behind it stand people, who need a few, and services with webhooks. */
const perMinute = 600;
const mostAddresses = 10_000;

export type OpenLimit = {
  /** Counts a request. Throws `too_many_requests` beyond the limit; `retryAfter` is in seconds. */
  take(address: string, route: string): void;
};

/**
 * Limits what is open without a login (logins, device codes, webhooks) by the address that asks. Addresses that are
 * forgotten for others' sake begin anew; IPv6 addresses count by their network of 64 bits, which one machine may have whole.
 */
export function createOpenLimit(most = perMinute, now = Date.now): OpenLimit {
  let counts = new Map<string, number>();
  let minute = 0;
  return {
    take(address, route) {
      const current = Math.floor(now() / 60_000);
      if (current !== minute || counts.size >= mostAddresses) {
        counts = new Map();
        minute = current;
      }
      const key = `${networkOf(address)} ${route}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > most)
        throw new GennakerError(
          "too_many_requests",
          "There were too many requests from this address. Try again in a minute.",
        );
    },
  };
}

/** The address, or of IPv6 its first half. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}
