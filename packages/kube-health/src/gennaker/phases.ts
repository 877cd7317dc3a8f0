import { asText, at, isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Said, State } from "./types.ts";

/** Fields of a status that hold the state in one word; others by their ending. Wishes are no states. */
const named = new Set(["phase", "state", "health", "status", "readyStatus", "stage", "compliant"]);
const ending = /(?:Status|State|Phase|Health)$/u;
const wish = /^(?:desired|expected|target|last|previous|old)/iu;

/** What words mean, the first that fits. */
const meanings: readonly (readonly [RegExp, State])[] = [
  [/not[_ -]?(?:ready|available|running|healthy|synced)/iu, "progressing"],
  [
    /^(?:error|fail(?:ed|ure|ing)?|degraded|lost|invalid|crash.*|unhealthy|red|rejected|aborted|dead|broken|non-?compliant)$|fail|error|invalid|denied|crash|unhealthy|rejected|exceeded|conflict/iu,
    "failed",
  ],
  [/^(?:suspended|paused|stopped|hibernat(?:ed|ing)|disabled|inactive|halted|on_?hold)$/iu, "paused"],
  [
    /^(?:ready|running|active|bound|available|healthy|complete(?:d)?|succeeded|success(?:ful)?|deployed|established|online|green|provisioned|created|initialized|installed|synced|ok|normal|applied|up|exists|enabled|open|open(?:ed)?|finished|done|published|accepted|valid|compliant)$/iu,
    "stable",
  ],
  [
    /progress|pending|creating|provisioning|reconciling|initializ|installing|upgrading|updating|wait|starting|scaling|binding|issuing|deploying|terminating|deleting|yellow|warn/iu,
    "progressing",
  ],
  [/(?:ready|running|active|available|healthy|succeeded|completed?|bound|synced|known|deployed)$/iu, "stable"],
];

/** What each word of a status says; a word that nobody knows is on its way: unknown is not healthy. */
export function phaseVerdicts(manifest: unknown): Said[] {
  const status = at(manifest, "status");
  if (!isObject(status)) return [];
  const own = Object.entries(status).flatMap(([field, value]): Said[] => {
    const word = asText(value);
    if (word === "" || wish.test(field)) return [];
    const meant = meaningOf(word);
    const message = `status.${field} is ${word}`;
    if (named.has(field)) return [{ state: meant ?? "progressing", message }];
    return ending.test(field) && meant !== undefined ? [{ state: meant, message }] : [];
  });
  return [...own, ...failedParts(status)];
}

/** Parts of a status that failed: `statuses.gateway.state`, `jobResult.status`. What they say otherwise is not the whole. */
function failedParts(status: JsonObject): Said[] {
  return Object.entries(status).flatMap(([field, part]) => {
    if (!isObject(part) || wish.test(field)) return [];
    const nested = field === "statuses" ? Object.values(part).filter(isObject) : [part];
    return nested.flatMap((each) =>
      Object.entries(each).flatMap(([name, value]): Said[] => {
        const word = asText(value);
        const failed = named.has(name) && word !== "" && meaningOf(word) === "failed";
        return failed ? [{ state: "failed", message: `status.${field}: ${name} is ${word}` }] : [];
      }),
    );
  });
}

const meaningOf = (word: string): State | undefined => meanings.find(([pattern]) => pattern.test(word))?.[1];
