import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createGateway } from "../gateway.ts";
import type { Log } from "./log.ts";
import { diskFiles, loadSnapshot, saveSnapshot } from "./store.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function stateFile(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "gw-store-"));
  folders.push(folder);
  return path.join(folder, "state.json");
}

const snapshot = { generation: 3, loadBalancers: [] };
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

describe("the kept snapshot", () => {
  it("is read back as it was, private, with nothing left beside it", () => {
    const file = stateFile();
    saveSnapshot(file, snapshot);
    expect(loadSnapshot(file)).toEqual({ kind: "loaded", snapshot });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(["state.json"]);
  });

  it("may be absent", () => {
    expect(loadSnapshot(stateFile())).toEqual({ kind: "absent" });
  });

  it.each(["", "{", "null", '{"generation":-1,"loadBalancers":[]}'])("is moved aside when it is %j", (text) => {
    const file = stateFile();
    writeFileSync(file, text);
    const loaded = loadSnapshot(file);
    expect(loaded.kind).toBe("damaged");
    const [aside] = readdirSync(path.dirname(file));
    expect(aside).toMatch(/^state\.json\.damaged-/);
    expect(readFileSync(path.join(path.dirname(file), aside ?? ""), "utf8")).toBe(text);
  });

  it("is on the disk before it is in force, and in force before the answer", async () => {
    const order: string[] = [];
    const gateway = createGateway({
      stateFile: stateFile(),
      version: "t",
      log: { ...silent, info: (event) => order.push(event) },
      files: {
        writeAndSync: (file, text) => {
          order.push(`write+fsync at generation ${gateway.status().generation}`);
          diskFiles.writeAndSync(file, text);
        },
        rename: (from, to) => {
          order.push("rename");
          diskFiles.rename(from, to);
        },
        syncFolder: (folder) => {
          order.push("fsync folder");
          diskFiles.syncFolder(folder);
        },
      },
    });
    await gateway.put(snapshot).then(() => order.push("acknowledged"));
    await gateway.drain(0);
    expect(order.slice(0, 5)).toEqual([
      "write+fsync at generation 0",
      "rename",
      "fsync folder",
      "snapshot in force",
      "acknowledged",
    ]);
  });

  it("that cannot be written changes nothing", async () => {
    const gateway = createGateway({
      stateFile: stateFile(),
      version: "t",
      log: silent,
      files: {
        ...diskFiles,
        writeAndSync: () => {
          throw new Error("ENOSPC: no space left on device");
        },
      },
    });
    const result = await gateway.put(snapshot);
    expect(result).toMatchObject({ kind: "failed", message: expect.stringContaining("no space left") });
    expect(gateway.status().generation).toBe(0);
    expect(gateway.snapshot()).toBeUndefined();
    await gateway.drain(0);
  });
});
