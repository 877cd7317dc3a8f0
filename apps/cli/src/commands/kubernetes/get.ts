import type { KubernetesDecidedBy } from "@gennaker/contract/resources/kubernetes-health.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";
import { printEvents } from "./events.ts";

type GetFlags = ServerFlags & { namespace?: string };

export async function showObject(
  context: CliContext,
  flags: GetFlags,
  account: string,
  kind: string,
  name: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const { namespace } = flags;
  const found = await client.call("getKubernetesObject", {
    params: { account, kind, name },
    query: namespace === undefined ? {} : { namespace },
  });
  const { live, lastApplied, health, events } = found;
  show(context, flags, found, (print) => {
    print.text(`${kind} ${name}: ${print.style(toneOf(health.state), health.state)}  ${health.message}\n`);
    if (health.decidedBy !== undefined) print.text(`  decided by ${ruleWords(health.decidedBy)}\n`);
    for (const sign of health.signs) print.text(`  ${sign.code}  ${sign.message}\n`);
    const differences = lastApplied === null ? [] : drift(lastApplied, live);
    if (lastApplied === null) print.text("What was applied is not written on it.\n");
    for (const each of differences) print.text(`  ${each.at}: applied ${each.applied}, is ${each.is}\n`);
    print.text("\n");
    printEvents(print, events);
  });
}

function ruleWords({ source, rule }: KubernetesDecidedBy): string {
  switch (source) {
    case "user":
      return `your own rule ${rule}`;
    case "deletion":
      return "the rule for objects that are being deleted";
    case "generation":
      return "the rule that a controller must have seen the newest change";
    case "kind":
      return `Gennaker's rule for ${rule}`;
    case "check":
      return `the operator's check for ${rule}`;
    case "conventions":
      return `what most operators write into a status, for ${rule}`;
    default:
      return `the rules of ${source}`;
  }
}

type Drift = { at: string; applied: string; is: string };

/** Where an object is no longer as it was applied. What others added beside it is no difference. */
export function drift(applied: unknown, is: unknown, at = ""): Drift[] {
  if (Array.isArray(applied) && Array.isArray(is) && applied.length === is.length) {
    return applied.flatMap((value, index) => drift(value, is[index], `${at}/${index}`));
  }
  if (isObject(applied) && isObject(is)) {
    return Object.entries(applied).flatMap(([key, value]) =>
      at === "/metadata" && key === "annotations" && !isObject(is[key])
        ? []
        : drift(value, is[key], `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
    );
  }
  // The server leaves out what says nothing.
  if (is === undefined && (applied === null || (isObject(applied) && Object.keys(applied).length === 0))) return [];
  return JSON.stringify(applied) === JSON.stringify(is) ? [] : [{ at, applied: words(applied), is: words(is) }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
