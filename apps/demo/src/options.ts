import { parseArgs } from "node:util";

/** What is wrong with the third version. */
export type Fault = "subtle" | "errors" | "latency" | "none";

export type DemoOptions = {
  once: boolean;
  json: boolean;
  keep: boolean;
  fault: Fault;
  pass: number;
  marginal: number;
  /** Requests per second of the clients. */
  rate: number;
  /** On Kubernetes instead of processes of this machine; `context`: of a kubeconfig, else a cluster of its own. */
  kubernetes: { context: string | null } | null;
};

export const usage = `npm run demo -- [options]
  --once            run the scenario once without prompts; exit 0 only if good was promoted and bad rolled back
  --json            print one JSON summary as the last line of standard output
  --keep            leave the server, its data and the services running at the end
  --fault KIND      what is wrong with version 3: subtle (default), errors, latency, none
  --pass N          score from which a canary passes (default 90)
  --marginal N      score at which a canary is stopped at once (default 60)
  --rate N          client requests per second, 20 to 500 (default 150)
  --kubernetes      on Kubernetes: the cluster of KUBECONFIG or of --context, else one that lives as long as the demo
  --context NAME    a context of the kubeconfig; implies --kubernetes
`;

/** Reads the command line. Throws with a sentence for what it does not understand. */
export function readOptions(args: readonly string[]): DemoOptions & { help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      fault: { type: "string", default: "subtle" },
      pass: { type: "string", default: "90" },
      marginal: { type: "string", default: "60" },
      rate: { type: "string", default: "150" },
      kubernetes: { type: "boolean", default: false },
      context: { type: "string" },
    },
  });
  const faults: readonly Fault[] = ["subtle", "errors", "latency", "none"];
  const fault = faults.find((each) => each === values.fault);
  if (!fault) throw new Error(`--fault is "${values.fault}"; use one of ${faults.join(", ")}.`);
  return {
    once: values.once,
    json: values.json,
    keep: values.keep,
    help: values.help,
    fault,
    pass: number("--pass", values.pass, 0, 100),
    marginal: number("--marginal", values.marginal, 0, 100),
    rate: number("--rate", values.rate, 20, 500),
    kubernetes: values.kubernetes || values.context !== undefined ? { context: values.context ?? null } : null,
  };
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most))
    throw new Error(`${flag} is "${text}"; use a number from ${least} to ${most}.`);
  return value;
}
