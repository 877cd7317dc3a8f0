import net from "node:net";

import { pickInstance } from "./balance.ts";
import type { BalancerRuntime } from "./model.ts";

/** Copies under way at once; further ones are left out rather than queued. */
const maxCopies = 128;
const copyTimeoutMs = 10_000;

export interface Mirror {
  /** Sends a copy of a request, as it was sent, when its share says so; the answer is read and dropped. */
  copy(balancer: BalancerRuntime, text: string, body: readonly (Buffer | string)[]): void;
  stop(): void;
}

export function createMirror(): Mirror {
  const sockets = new Set<net.Socket>();
  // What each balancer's mirror is owed, in percent: exact shares without chance.
  const owed = new WeakMap<BalancerRuntime, number>();
  return {
    copy: (balancer, text, body) => {
      const { mirror } = balancer.config;
      if (!mirror) return;
      const credit = (owed.get(balancer) ?? 0) + mirror.percent;
      owed.set(balancer, credit >= 100 ? credit - 100 : credit);
      if (credit < 100 || sockets.size >= maxCopies) return;
      const group = balancer.groups.find((candidate) => candidate.name === mirror.serverGroup);
      const instance = group && pickInstance(balancer, group, []);
      if (!group || !instance) return;
      group.counters.mirrored += 1;
      const socket = net.connect({ host: instance.address, port: instance.port, noDelay: true });
      sockets.add(socket);
      socket.setTimeout(copyTimeoutMs, () => socket.destroy());
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
      socket.resume();
      // The copy ends with its answer: its connection is not kept.
      socket.write(`${text.slice(0, -2)}Connection: close\r\n\r\n`, "latin1");
      for (const piece of body) {
        if (typeof piece === "string") socket.write(piece, "latin1");
        else socket.write(piece);
      }
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
