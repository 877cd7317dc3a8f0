import { attempt, command } from "./system.ts";

/**
 * A node's network: a namespace of its own, so that the bridge of its Pods and the rules of its kube-proxy are not the
 * machine's and go with it; joined to the machine by one pair of interfaces.
 */
export type NodeNetwork = {
  /** Names the namespace and the machine's end of the pair. */
  name: string;
  /** The machine's end: where the API server listens. */
  machine: string;
  /** The other end: the node's address. */
  node: string;
  /** `10.214.3`: the first three numbers of all addresses of Pods. */
  pods: string;
  /** Addresses of Services; the machine reaches them through the node. */
  services: string;
};

const places = 64;

function networkAt(place: number): NodeNetwork {
  return {
    name: `gkube${place}`,
    machine: `10.213.${place}.1`,
    node: `10.213.${place}.2`,
    pods: `10.214.${place}`,
    services: `10.215.${place}.0/24`,
  };
}

/** Takes the first free network. An interface can be made only once, so two test runs never get the same. */
export async function openNetwork(): Promise<NodeNetwork> {
  let why = "";
  for (let place = 0; place < places; place += 1) {
    const network = networkAt(place);
    try {
      await command("ip", "link", "add", network.name, "type", "veth", "peer", "name", `${network.name}n`);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
      if (/exists/i.test(why)) continue;
      throw error;
    }
    try {
      await connect(network);
      return network;
    } catch (error) {
      await closeNetwork(network);
      throw error;
    }
  }
  throw new Error(`all ${places} networks for test nodes are taken: ${why}`);
}

async function connect({ name, machine, node, pods, services }: NodeNetwork): Promise<void> {
  const inside = inNetwork({ name });
  await command("ip", "netns", "add", name);
  await command("ip", "link", "set", `${name}n`, "netns", name);
  await command("ip", "addr", "add", `${machine}/30`, "dev", name);
  await command("ip", "link", "set", name, "up");
  for (const args of [
    ["ip", "link", "set", "lo", "up"],
    ["ip", "addr", "add", `${node}/30`, "dev", `${name}n`],
    ["ip", "link", "set", `${name}n`, "up"],
    ["ip", "route", "add", "default", "via", machine],
    ["sysctl", "-qw", "net.ipv4.ip_forward=1"],
  ]) {
    await command(...inside, ...args);
  }
  await command("ip", "route", "add", `${pods}.0/24`, "via", node);
  await command("ip", "route", "add", services, "via", node);
}

/** What to put before a command to run it in the network. `ip netns exec` would hide the cgroups. */
export function inNetwork({ name }: { name: string }): [string, string] {
  return ["nsenter", `--net=/run/netns/${name}`];
}

/** Its bridge, addresses, rules and the machine's routes go with the namespace and the pair. */
export async function closeNetwork({ name }: Pick<NodeNetwork, "name">): Promise<void> {
  await attempt("ip", "link", "del", name);
  await attempt("ip", "netns", "del", name);
}
