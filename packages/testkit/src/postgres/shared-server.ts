import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, openSync, closeSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A hold on the server that all test processes of this user and checkout share; it runs while somebody holds it. */
export type SharedServer = { url: string; release: () => void };

const patienceMs = 60_000;
const keeperScript = fileURLToPath(new URL("./keeper.ts", import.meta.url));

/** Joins the shared server, starting its keeper if there is none. */
export async function joinSharedServer(directory: string = sharedDirectory()): Promise<SharedServer> {
  const socketPath = join(directory, "keeper.sock");
  const giveUp = Date.now() + patienceMs;
  let nextLaunch = 0;
  for (;;) {
    const joined = await tryJoin(socketPath);
    if (joined !== undefined) return joined;
    if (Date.now() > giveUp) {
      const log = readFileSync(join(directory, "keeper.log"), "utf8").slice(-2_000);
      throw new Error(`The PostgreSQL for tests did not start within ${patienceMs / 1_000} s in ${directory}.\n${log}`);
    }
    // A keeper that is just ending makes the first one give up; then another is needed.
    if (Date.now() >= nextLaunch) {
      launchKeeper(directory);
      nextLaunch = Date.now() + 3_000;
    }
    await sleep(25);
  }
}

/** A directory for this user and this checkout, kept between runs so that the database is made only once. */
function sharedDirectory(): string {
  const checkout = createHash("sha256").update(keeperScript).digest("hex").slice(0, 10);
  const directory = join(tmpdir(), `gennaker-test-${userInfo().uid}-${checkout}`);
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  if (lstatSync(directory).uid !== userInfo().uid) {
    throw new Error(`${directory} belongs to another user; remove it, or set TMPDIR.`);
  }
  return directory;
}

function launchKeeper(directory: string): void {
  const log = openSync(join(directory, "keeper.log"), "w", 0o600);
  try {
    spawn(process.execPath, [keeperScript, directory], {
      cwd: directory,
      detached: true,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", log, log],
    }).unref();
  } finally {
    closeSync(log);
  }
}

function tryJoin(socketPath: string): Promise<SharedServer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let received = "";
    socket.setEncoding("utf8");
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
    socket.on("data", (text: string) => {
      received += text;
      const end = received.indexOf("\n");
      if (end === -1) return;
      socket.unref();
      resolve({ url: urlIn(received.slice(0, end)), release: () => leave(socket) });
    });
  });
}

function leave(socket: Socket): void {
  socket.destroy();
}

function urlIn(line: string): string {
  const answer: unknown = JSON.parse(line);
  if (typeof answer === "object" && answer !== null && "url" in answer && typeof answer.url === "string") {
    return answer.url;
  }
  throw new Error("The keeper of the PostgreSQL for tests gave an answer without a URL.");
}
