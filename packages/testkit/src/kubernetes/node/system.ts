import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Programs of the system are also where only root looks for them. */
export const systemPath = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Runs a program of the system and resolves to its output; rejects with what it said. */
export async function command(file: string, ...args: readonly string[]): Promise<string> {
  const options = { env: { ...process.env, PATH: systemPath }, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 };
  try {
    return (await run(file, args, options)).stdout;
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new Error(`${file} ${args.join(" ")}: ${stderr.trim() || message}`, { cause: error });
  }
}

/** For undoing: what is gone already is no error. */
export async function attempt(file: string, ...args: readonly string[]): Promise<string> {
  return command(file, ...args).catch(() => "");
}
