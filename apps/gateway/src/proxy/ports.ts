import type net from "node:net";

import { defaultBind } from "@gennaker/gateway-config/snapshot.ts";

import type { ClientConnection } from "./client.ts";
import type { Listener } from "./listeners.ts";
import { adoptListener, closeListener, ListenError, openListener, serveListener } from "./listeners.ts";
import type { BalancerRuntime } from "./model.ts";
import type { Plane } from "./plane.ts";

const retryMs = 500;

export interface PortsOptions {
  /** The load balancers in force. */
  balancers(): Iterable<BalancerRuntime>;
  plane: Plane;
  clients: Set<ClientConnection>;
  changed(balancer: string, problem: string | null): void;
}

/** Where a load balancer is to be served. */
interface Place {
  name: string;
  bind?: string | undefined;
  port: number;
}

/** The listening sockets of a gateway: one for each load balancer in force. */
export interface Ports {
  /** Opens what of these is not open yet, before they come into force. */
  open(places: Iterable<Place>): Promise<void>;
  /** Serves the load balancers in force and closes what none of them needs, in one turn. */
  serve(): void;
  /** Takes over a predecessor's listening socket of an address (`bind:port`). */
  adopt(address: string, server: net.Server): void;
  /** Why a load balancer's port is not open; undefined when it is. */
  problemOf(balancer: BalancerRuntime): string | undefined;
  servers(): Map<string, net.Server>;
  /** Stops accepting on all of them, for good. */
  close(): void;
}

/**
 * A port that cannot be opened concerns its own load balancer alone: it is tried again until it can, and a load balancer
 * that moves to such a port is served on its former one meanwhile.
 */
export function createPorts({ balancers, plane, clients, changed }: PortsOptions): Ports {
  const listeners = new Map<string, Listener>();
  const problems = new Map<string, string>();
  /** The address where each load balancer was served last, by name. */
  const servedAt = new Map<string, string>();
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function open(places: Iterable<Place>): Promise<void> {
    for (const { name, bind, port } of Array.from(places)) {
      const address = addressOf({ bind, port });
      if (closed || listeners.has(address)) continue;
      try {
        const listener = await openListener(bind ?? defaultBind, port);
        if (closed) closeListener(listener);
        else listeners.set(address, listener);
        if (problems.delete(address)) changed(name, null);
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        if (problems.get(address) !== error.message) changed(name, error.message);
        problems.set(address, error.message);
      }
    }
  }

  function serve(): void {
    if (closed) return;
    const inForce = [...balancers()];
    const needed = new Set<string>();
    const serveAt = (balancer: BalancerRuntime, address: string): void => {
      const listener = listeners.get(address);
      if (listener === undefined || needed.has(address)) return;
      needed.add(address);
      servedAt.set(balancer.name, address);
      serveListener(listener, balancer, plane, clients);
    };
    for (const balancer of inForce) serveAt(balancer, addressOf(balancer));
    const homeless = inForce.filter((balancer) => !listeners.has(addressOf(balancer)));
    for (const balancer of homeless) serveAt(balancer, servedAt.get(balancer.name) ?? "");
    const names = new Set(inForce.map(({ name }) => name));
    for (const name of servedAt.keys()) if (!names.has(name)) servedAt.delete(name);
    const wanted = new Set(inForce.map(addressOf));
    for (const address of problems.keys()) if (!wanted.has(address)) problems.delete(address);
    for (const [address, listener] of listeners) {
      if (needed.has(address)) continue;
      closeListener(listener);
      listeners.delete(address);
    }
    clearTimeout(retry);
    if (homeless.length > 0) retry = setTimeout(() => void tryAgain(), retryMs);
  }

  async function tryAgain(): Promise<void> {
    if (!plane.draining) await open(balancers());
    serve();
  }

  return {
    open,
    serve,
    adopt: (address, server) => void listeners.set(address, adoptListener(server)),
    problemOf: (balancer) => problems.get(addressOf(balancer)),
    servers: () => new Map([...listeners].map(([address, { server }]) => [address, server])),
    close() {
      closed = true;
      clearTimeout(retry);
      for (const listener of listeners.values()) closeListener(listener);
    },
  };
}

function addressOf({ bind, port }: Pick<Place, "bind" | "port">): string {
  return `${bind ?? defaultBind}:${port}`;
}
