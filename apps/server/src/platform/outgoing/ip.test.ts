import fc from "fast-check";
import { expect, test } from "vitest";
import type { AddressKind } from "./ip.ts";
import { inRange, kindOf, parseIp, parseRange } from "./ip.ts";

const kind = (text: string): AddressKind | null => {
  const ip = parseIp(text);
  return ip === null ? null : kindOf(ip);
};

test.each<[string, AddressKind]>([
  ["8.8.8.8", "public"],
  ["2606:4700::1111", "public"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["::1", "loopback"],
  ["[::1]", "loopback"],
  ["0:0:0:0:0:0:0:1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["::7f00:1", "loopback"],
  ["64:ff9b::127.0.0.1", "loopback"],
  ["2002:7f00:0001::", "loopback"],
  ["10.1.2.3", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.0", "public"],
  ["192.168.0.1", "private"],
  ["100.64.0.1", "private"],
  ["::ffff:10.0.0.1", "private"],
  ["fd12:3456::1", "private"],
  ["fec0::1", "private"],
  ["169.254.169.254", "forbidden"],
  ["::ffff:169.254.169.254", "forbidden"],
  ["64:ff9b::a9fe:a9fe", "forbidden"],
  ["2002:a9fe:a9fe::1", "forbidden"],
  ["fe80::1%eth0", "forbidden"],
  ["fd00:ec2::254", "forbidden"],
  ["100.100.100.200", "forbidden"],
  ["168.63.129.16", "forbidden"],
  ["0.0.0.0", "forbidden"],
  ["0.1.2.3", "forbidden"],
  ["::", "forbidden"],
  ["224.0.0.1", "forbidden"],
  ["255.255.255.255", "forbidden"],
  ["ff02::1", "forbidden"],
])("%s is %s", (text, wanted) => {
  expect(kind(text)).toBe(wanted);
});

test.each(["localhost", "1.2.3", "256.1.1.1", "", "::g", "1.2.3.4.5"])("%j is no address", (text) => {
  expect(parseIp(text)).toBeNull();
});

test("every spelling that a URL takes for loopback becomes it", () => {
  for (const text of ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "017700000001", "127.0.0.1."])
    expect(kind(new URL(`http://${text}/`).hostname), text).toBe("loopback");
});

test("a network holds exactly its addresses", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (base, length, other) => {
      const range = parseRange(`${base}/${length}`);
      const number = (text: string) => text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
      const same = Math.floor(number(base) / 2 ** (32 - length)) === Math.floor(number(other) / 2 ** (32 - length));
      const ip = parseIp(other);
      expect(range !== null && ip !== null && inRange(ip, range)).toBe(same);
    }),
  );
});

test.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "host/8", "::/129", "10.0.0.0/-1"])(
  "%s is no network",
  (text) => {
    expect(parseRange(text)).toBeNull();
  },
);

test("addresses of version 6 read back as written", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const value = parseIp(text)?.value ?? -1n;
      const groups = Array.from({ length: 8 }, (_none, index) =>
        ((value >> BigInt((7 - index) * 16)) & 0xffffn).toString(16),
      );
      expect(new URL(`http://[${groups.join(":")}]`).hostname).toBe(new URL(`http://[${text}]`).hostname);
    }),
  );
});
