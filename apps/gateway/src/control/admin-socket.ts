import { chmodSync, renameSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:http";
import net from "node:net";

// sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL.
const maxSocketPath = 103;

/** Whether a process answers on a Unix socket. */
export function isAlive(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/**
 * Listens on a Unix socket of mode 0600. The socket is made under another name and moved into place, so that a successor
 * replaces it without a moment in which nobody answers; returns what removes it, unless somebody else's is there by then.
 */
export async function listenOnSocket(server: Server, socketPath: string): Promise<() => void> {
  const temporary = `${socketPath}.${process.pid}`;
  if (Buffer.byteLength(temporary) > maxSocketPath) {
    throw new Error(
      `the admin socket path ${socketPath} is too long: at most ${maxSocketPath - 1 - String(process.pid).length} bytes`,
    );
  }
  rmSync(temporary, { force: true });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(temporary, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(temporary, 0o600);
  const { ino } = statSync(temporary);
  renameSync(temporary, socketPath);
  return () => {
    try {
      if (statSync(socketPath).ino === ino) rmSync(socketPath);
    } catch {
      // Already gone, which is what was wanted.
    }
  };
}
