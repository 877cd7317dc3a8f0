import type { Health } from "../../port/api.ts";
import type { InstanceRow } from "../store/rows.ts";

/** This many failures in a row and a server group is called failed instead of progressing. */
const CRASH_LOOP = 5;

export type GroupFacts = {
  desired: number;
  destroying: boolean;
  disabled: boolean;
  progressAt: Date;
  progressDeadlineSec: number;
};

/** The verdict on a server group, with the reason in words. Pure. */
export function judgeGroup(facts: GroupFacts, instances: readonly InstanceRow[], now: Date): Health {
  const { desired } = facts;
  const staying = instances.filter(({ phase }) => phase !== "stopping");
  const leaving = instances.length - staying.length;
  const up = staying.filter(isHealthy).length;
  if (facts.destroying)
    return {
      status: "progressing",
      code: "destroying",
      reason: `is being destroyed; ${count(instances.length)} left to stop`,
    };
  if (up === desired && staying.length === desired) {
    if (leaving > 0) return { status: "progressing", code: "stopping", reason: `${count(leaving)} still stopping` };
    if (desired === 0) return { status: "stable", code: "empty", reason: "no instances are wanted and none run" };
    const traffic = facts.disabled ? "; disabled, so no load balancer sends traffic" : "";
    return { status: "stable", code: "healthy", reason: `${up} of ${desired} instances up${traffic}` };
  }
  const tally = `${up} of ${desired} instances up`;
  const looping = staying.find(({ failures, healthy }) => failures >= CRASH_LOOP && healthy !== true);
  if (looping !== undefined) {
    return {
      status: "failed",
      code: "crashLoop",
      reason: `${tally}; ${looping.id} failed ${looping.failures} times in a row: ${looping.reason}`,
    };
  }
  const waiting = staying.find((instance) => !isHealthy(instance) && instance.reason !== "") ?? null;
  const detail = waiting === null ? "" : `; ${waiting.id}: ${waiting.reason}`;
  if (now.getTime() >= deadlineOf(facts)) {
    return {
      status: "failed",
      code: "progressDeadlineExceeded",
      reason: `${tally} and no progress for ${facts.progressDeadlineSec} s${detail}`,
    };
  }
  return { status: "progressing", code: "starting", reason: `${tally}${detail}` };
}

/** When a group that is not where it should be counts as failed, in epoch milliseconds. */
export function deadlineOf(facts: Pick<GroupFacts, "progressAt" | "progressDeadlineSec">): number {
  return facts.progressAt.getTime() + facts.progressDeadlineSec * 1000;
}

export function isHealthy({ phase, healthy }: InstanceRow): boolean {
  return phase === "running" && healthy === true;
}

function count(instances: number): string {
  return instances === 1 ? "1 instance" : `${instances} instances`;
}
