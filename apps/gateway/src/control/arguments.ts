import { parseArgs } from "node:util";

export interface GatewayArguments {
  admin: string;
  state: string;
  log: string | undefined;
  pid: string | undefined;
  takeOver: boolean;
  /** Started by a predecessor that hands its sockets over. */
  inherit: boolean;
}

export const usage = `usage: node main.ts --admin SOCKET --state FILE [--log FILE] [--pid FILE] [--take-over]

  --admin SOCKET  Unix socket of the admin API (created with mode 0600)
  --state FILE    where the snapshot in force is kept
  --log FILE      JSON lines; default standard output
  --pid FILE      gets the process id; removed on a clean exit
  --take-over     let the gateway that serves SOCKET start this version with its ports and drain; prints the new pid
`;

/** Throws an Error with a sentence for the person who typed the arguments. */
export function parseArguments(argv: readonly string[]): GatewayArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      admin: { type: "string" },
      state: { type: "string" },
      log: { type: "string" },
      pid: { type: "string" },
      "take-over": { type: "boolean", default: false },
      inherit: { type: "boolean", default: false },
    },
    strict: true,
    allowPositionals: false,
  });
  if (!values.admin) throw new Error("--admin SOCKET is missing");
  if (!values.state) throw new Error("--state FILE is missing");
  return {
    admin: values.admin,
    state: values.state,
    log: values.log,
    pid: values.pid,
    takeOver: values["take-over"],
    inherit: values.inherit,
  };
}
