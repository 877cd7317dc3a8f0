import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./watcher.ts";

export type Watcher = {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
};

/** Starts the process that is measured, with the flags that Gennaker itself starts with. */
export function startWatcher(kubeconfig: string): Watcher {
  const script = fileURLToPath(new URL("./watcher.ts", import.meta.url));
  // At a higher priority, threads and all, so that what stands still is the process and not a busy machine. Only root may;
  // for others it runs as it is.
  const execArgv = ["-n", "-10", process.execPath, "--disable-warning=ExperimentalWarning", "--max-semi-space-size=2"];
  const child: ChildProcess = fork(script, [kubeconfig], {
    execPath: "nice",
    execArgv,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let next = 0;
  child.on("message", (message: { id: number; answer?: Answer; error?: string }) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.answer !== undefined) asked?.resolve(message.answer);
    else asked?.reject(new Error(message.error ?? "no answer"));
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the watcher ended with ${code}`));
    waiting.clear();
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        next += 1;
        waiting.set(next, { resolve, reject });
        child.send({ id: next, question });
      }),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    },
  };
}
