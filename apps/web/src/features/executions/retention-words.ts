import type { RetentionPolicyDocument } from "@gennaker/contract/resources/history.ts";
import type { Messages } from "../../i18n/en.ts";

/** How long ended runs are kept, in words. A run stays as long as either of the two limits holds it. */
export function retentionWords(policy: RetentionPolicyDocument, t: Pick<Messages, "retention">): string {
  const days = policy.keepDays === null ? null : t.retention.days(policy.keepDays);
  const last = policy.keepLast === null ? null : t.retention.last(policy.keepLast);
  if (days !== null && last !== null) return t.retention.both(days, last);
  return days ?? last ?? t.retention.forEver;
}
