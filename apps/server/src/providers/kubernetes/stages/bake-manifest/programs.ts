import { spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import { access, constants, mkdir } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { BakeDeps, ProgramResult, ProgramRun } from "../deps.ts";

/** Rendered manifests of more bytes are refused; so much of what a program complains about is kept. */
const longestOutput = 64 * 1024 * 1024;
const longestErrors = 16 * 1024;
const longestRunMs = 5 * 60 * 1000;

/** Runs helm, kustomize and helmfile of this machine: without a shell, with nothing of the server's environment but PATH. */
export function createBakePrograms(options: { directory: string; path: string }): BakeDeps {
  return {
    directory: options.directory,
    async find(program) {
      for (const folder of options.path.split(delimiter).filter(isAbsolute)) {
        const file = join(folder, program);
        if (
          await access(file, constants.X_OK).then(
            () => true,
            () => false,
          )
        )
          return file;
      }
      return null;
    },
    run: (run) => execute(run, options.path),
  };
}

async function execute({ command, directory, env, signal }: ProgramRun, path: string): Promise<ProgramResult> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const [program = "", ...args] = command;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(longestRunMs)]);
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: directory,
      env: { ...env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      signal: deadline,
      killSignal: "SIGKILL",
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = "";
    child.stdout.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size <= longestOutput) output.push(piece);
      else child.kill("SIGKILL");
    });
    child.stderr.on("data", (piece: Buffer) => (errors = (errors + piece.toString("utf8")).slice(-longestErrors)));
    child.on("error", (error) => {
      if (signal.aborted) reject(error);
      else if (deadline.aborted) reject(new Error(`it took longer than ${longestRunMs / 60_000} minutes`));
      else reject(error);
    });
    child.on("close", (status) => {
      if (size > longestOutput) reject(new Error(`it wrote more than ${longestOutput / 1024 / 1024} MiB`));
      else resolve({ status: status ?? 1, output: Buffer.concat(output).toString("utf8"), errors });
    });
  });
}
