// The one file that must run on any Node from 20 on, before anything is installed: it makes the
// checkout complete (npm ci, when the lock file changed) and hands over to the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const mark = join(root, "node_modules", ".gennaker-installed");
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

function fail(message) {
  process.stderr.write(`gennaker: ${message}\n`);
  process.exit(1);
}

function lockHash() {
  const lock = join(root, "package-lock.json");
  return existsSync(lock) ? createHash("sha256").update(readFileSync(lock)).digest("hex") : "none";
}

function installed() {
  return existsSync(mark) && readFileSync(mark, "utf8") === lockHash() && existsSync(node);
}

function install() {
  process.stderr.write("gennaker: installing dependencies (once; a minute or two) …\n");
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
  const run = spawnSync(command[0], command[1], { cwd: root, stdio: ["ignore", 2, 2] });
  if (run.error) fail(`npm could not be started (${run.error.message}). Install npm and try again.`);
  if (run.status !== 0) fail("npm ci failed; its messages above say why. Nothing was started.");
  if (!existsSync(node)) {
    fail(
      "the pinned Node was not installed: npm skipped the install script of the package 'node'. Allow it (npm install-scripts approve node) and try again.",
    );
  }
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, lockHash());
}

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail("usage: node tools/bootstrap.mjs ENTRY [ARGUMENT …]");
if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node 20 or newer is needed to begin; this is ${process.version}.`);
if (!installed()) install();

const follow = pathToFileURL(join(root, "tools", "follow-parent.mjs")).href;
const flags = ["--disable-warning=ExperimentalWarning", "--import", follow];
// The young generation grows to 3 × 16 MiB by default and is hardly given back: a server at rest needs little of it.
if (entry.includes("server")) flags.push("--max-semi-space-size=2");
const child = spawn(node, [...flags, resolve(root, entry), ...args], {
  stdio: ["inherit", "inherit", "inherit", "pipe"],
  env: {
    ...process.env,
    GENNAKER_PARENT_FD: "3",
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "compile"),
    PATH: `${dirname(node)}:${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
  },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // A terminal sends Ctrl-C to the whole group already; passing it on again is harmless and covers kill.
  process.on(signal, () => child.kill(signal));
}
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
