import type { Role, Subject } from "../../apps/server/src/access/decision/api.ts";
import { compilePolicy, decide, mayName } from "../../apps/server/src/access/decision/api.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { measureStorm } from "./storm.ts";

export const name = "access";
export const describe =
  "Permission decisions of somebody with 200 roles over 10,000 applications, one at a time, for a whole list, and reading the rules; a running pipeline under 200 logins a second.";

const roleCount = 200;
const applicationCount = 10_000;
const readable = 1_000;

const applicationName = (index: number) => `app${index}`;

/** Each role names 45 applications and a pattern; every tenth application has a list of its own. */
function rules() {
  const roles: Role[] = Array.from({ length: roleCount }, (_, index) => ({
    name: `role${index}`,
    description: "",
    grants: [
      {
        effect: "allow",
        verbs: ["read", "execute"],
        resources: [
          ...Array.from({ length: 45 }, (_each, step) => `application/other${index * 45 + step}`),
          `application/team${index}-*`,
          `account/account${index}`,
        ],
      },
      { effect: "deny", verbs: ["write"], resources: [`application/frozen${index}`] },
    ],
  }));
  roles.push({
    name: "last",
    description: "",
    grants: [
      {
        effect: "allow",
        verbs: ["read"],
        resources: Array.from({ length: readable }, (_, index) => `application/${applicationName(index * 10 + 1)}`),
      },
    ],
  });
  const lists = Array.from({ length: applicationCount / 10 }, (_, index) => {
    const list = { READ: [`group${index}`], WRITE: [`group${index}`], EXECUTE: [] };
    return [applicationName(index * 10), list] as const;
  });
  return { version: "1", roles, applications: new Map(lists), accounts: new Map(), environments: new Map() };
}

const rounds = 9;

/** Of several rounds the quickest: what else runs on the machine only makes a round slower. */
function microseconds(times: number, work: (index: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const started = process.hrtime.bigint();
    for (let index = 0; index < times; index += 1) work(index);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1_000 / times);
  }
  return best;
}

export async function run({ quick }: RunOptions): Promise<Measured> {
  const input = rules();
  const policy = compilePolicy(input);
  const roles = [...Array.from({ length: roleCount - 1 }, (_, index) => `role${index}`), "last"];
  const subject: Subject = { user: "kim", roles, scopes: null, breakGlass: null };
  const names = Array.from({ length: applicationCount }, (_, index) => applicationName(index));
  const times = quick === true ? 2_000 : 20_000;
  const ask = (pick: (index: number) => number) =>
    microseconds(times, (index) =>
      decide(subject, "read", { kind: "application", name: applicationName(pick(index)) }, policy),
    );
  let seen = 0;
  const list = microseconds(2, () => {
    seen = names.filter(mayName(subject, "read", "application", policy)).length;
  });
  if (seen !== readable) throw new Error(`${seen} applications are readable instead of ${readable}`);
  return {
    figures: {
      decision_allowed_us: ask((index) => (index % readable) * 10 + 1),
      decision_denied_us: ask((index) => (index % readable) * 10 + 2),
      decision_by_list_us: ask((index) => (index % readable) * 10),
      list_ms: list / 1_000,
      compile_ms: microseconds(1, () => compilePolicy(input)) / 1_000,
      ...(await measureStorm(quick === true ? 1 : 5)),
    },
  };
}
