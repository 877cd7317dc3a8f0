import { TaskError } from "../../../../engine/api.ts";
import { custom } from "./custom.ts";
import { highlander } from "./highlander.ts";
import { monitored } from "./monitored.ts";
import { none } from "./none.ts";
import { redBlack } from "./red-black.ts";
import { rollingRedBlack } from "./rolling-red-black.ts";
import type { Strategy } from "./strategy.ts";

const strategies: readonly Strategy[] = [none, highlander, redBlack, rollingRedBlack, monitored, custom];

/** The strategy of that name; none without a name. An unknown one ends the stage before anything is created. */
export function requireStrategy(name: string | undefined): Strategy {
  const wanted = name === undefined || name === "" ? "none" : name;
  const strategy = strategies.find((candidate) => candidate.name === wanted);
  if (strategy !== undefined) return strategy;
  const known = strategies.map((candidate) => candidate.name).join(", ");
  throw new TaskError(
    "strategy.unknown",
    `Deployment strategy "${wanted}" is not available here. Choose one of: ${known}.`,
  );
}
