import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import net from "node:net";

import { z } from "zod";

/**
 * A successor gets the listening sockets themselves, from its predecessor, which starts it. (A port that is merely
 * shared with SO_REUSEPORT loses the connections that are queued on the predecessor's socket when that one closes.)
 */
export const successorSchema = z.strictObject({
  /** Node binary, main file and arguments of the successor. */
  execPath: z.string().min(1),
  main: z.string().min(1),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type Successor = z.infer<typeof successorSchema>;

const stepTimeoutMs = 15_000;

type FromSuccessor = { step: "ready" } | { step: "serving" };
type FromPredecessor = { step: "listener"; address: string } | { step: "done" };

/** Starts the successor, gives it the sockets and resolves with its pid once it serves. Rejects with it gone. */
export async function startSuccessor(successor: Successor, servers: ReadonlyMap<string, net.Server>): Promise<number> {
  const child = fork(successor.main, [...successor.args, "--inherit"], {
    execPath: successor.execPath,
    execArgv: [],
    env: successor.env,
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    await step(child, "ready");
    for (const [address, server] of servers) await send(child, { step: "listener", address }, server);
    await send(child, { step: "done" });
    await step(child, "serving");
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  child.disconnect();
  child.unref();
  return child.pid ?? 0;
}

function send(child: ChildProcess, message: FromPredecessor, server?: net.Server): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(message, server, {}, (error) => (error ? reject(error) : resolve()));
  });
}

function step(child: ChildProcess, wanted: FromSuccessor["step"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (failure: string | undefined): void => {
      clearTimeout(timer);
      child.off("message", heard).off("exit", left).off("error", failed);
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    };
    const heard = (message: unknown): void => {
      if ((message as FromSuccessor).step === wanted) over(undefined);
    };
    const left = (code: number | null): void => over(`the successor left with ${code} before it was ${wanted}`);
    const failed = (error: Error): void => over(`the successor could not be started: ${error.message}`);
    const timer = setTimeout(() => over(`the successor was not ${wanted} within ${stepTimeoutMs} ms`), stepTimeoutMs);
    child.on("message", heard).on("exit", left).on("error", failed);
  });
}

/** In the successor: asks for the sockets and resolves with them by address. `received` is called at once for each. */
export function inheritServers(received: (address: string, server: net.Server) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) {
      reject(new Error("--inherit is only for a gateway that another gateway started"));
      return;
    }
    process.on("message", (raw, handle) => {
      const message = raw as FromPredecessor;
      if (message.step === "done") resolve();
      else if (handle instanceof net.Server) received(message.address, handle);
    });
    tellPredecessor({ step: "ready" });
  });
}

export function tellPredecessor(message: FromSuccessor): void {
  process.send?.(message);
}
