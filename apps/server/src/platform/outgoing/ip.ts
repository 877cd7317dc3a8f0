import { isIP } from "node:net";

export type Ip = { version: 4 | 6; value: bigint };
export type Range = { version: 4 | 6; first: bigint; last: bigint };

/** What an address is to the guard. `forbidden` is never called, whatever a policy says. */
export type AddressKind = "public" | "loopback" | "private" | "forbidden";

/** An IP address in its usual spellings (RFC 4291 for version 6, a zone is left out), or null. */
export function parseIp(text: string): Ip | null {
  const bare = text.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  const version = isIP(bare);
  if (version === 4) return { version: 4, value: readV4(bare) };
  return version === 6 ? { version: 6, value: readV6(bare) } : null;
}

/** `10.0.0.0/8`, `fd00::/8` or one address; null for anything else. */
export function parseRange(text: string): Range | null {
  const [address = "", length, more] = text.split("/");
  const ip = parseIp(address);
  if (ip === null || more !== undefined) return null;
  const bits = ip.version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (prefix < 0 || prefix > bits) return null;
  const free = BigInt(bits - prefix);
  const first = (ip.value >> free) << free;
  return { version: ip.version, first, last: first + (1n << free) - 1n };
}

export function inRange(ip: Ip, range: Range): boolean {
  return ip.version === range.version && ip.value >= range.first && ip.value <= range.last;
}

/**
 * The addresses that an address stands for: itself, and the IPv4 address inside an IPv6 one that is mapped (RFC 4291),
 * translated (RFC 6052, RFC 8215), 6to4 (RFC 3056) or of the old compatible form.
 */
export function meanings(ip: Ip): Ip[] {
  if (ip.version === 4) return [ip];
  const low = { version: 4 as const, value: ip.value & 0xffff_ffffn };
  if (embedding.some((range) => inRange(ip, range)) && ip.value > 1n) return [ip, low];
  if (inRange(ip, sixToFour)) return [ip, { version: 4, value: (ip.value >> 80n) & 0xffff_ffffn }];
  return [ip];
}

/** The strictest kind of all that the address stands for. */
export function kindOf(ip: Ip): AddressKind {
  const kinds = meanings(ip).map(plainKind);
  return order.find((kind) => kinds.includes(kind)) ?? "public";
}

const order: readonly AddressKind[] = ["forbidden", "loopback", "private"];
const ranges = (list: readonly string[]): Range[] => list.flatMap((text) => parseRange(text) ?? []);
const embedding = ranges(["::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48"]);
const [sixToFour] = ranges(["2002::/16"]) as [Range];

/**
 * Link-local networks, the metadata services of clouds outside of them, and what is no destination at all
 * (IANA special-purpose registries): this network, protocol assignments, multicast, reserved, broadcast, Teredo.
 */
const forbidden = ranges([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::",
  "fe80::/10",
  "ff00::/8",
  "fd00:ec2::/32",
  "fd20:ce::/32",
  "2001::/32",
]);
const loopback = ranges(["127.0.0.0/8", "::1"]);
/** RFC 1918, shared space (RFC 6598), benchmarking (RFC 2544), unique local (RFC 4193) and old site-local addresses. */
const inside = ranges([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "198.18.0.0/15",
  "fc00::/7",
  "fec0::/10",
]);

function plainKind(ip: Ip): AddressKind {
  const within = (list: readonly Range[]) => list.some((range) => inRange(ip, range));
  if (within(forbidden)) return "forbidden";
  if (within(loopback)) return "loopback";
  return within(inside) ? "private" : "public";
}

function readV4(text: string): bigint {
  return text.split(".").reduce((value, part) => value * 256n + BigInt(Number(part)), 0n);
}

function readV6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const v4 = readV4(dotted[2] ?? "");
    return readV6(`${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`);
  }
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const front = groups(head);
  const back = groups(tail ?? "");
  const middle = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => "0");
  return [...front, ...middle, ...back].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
