type OwnedField = { field: string; manager: string };

/** What a person can do about an error, in one sentence; empty where the server's own words are enough. */
export function hintFor(error: {
  code: number;
  reason: string;
  message: string;
  conflicts: readonly OwnedField[];
}): string {
  if (error.conflicts.length > 0) return conflictHint(error.conflicts);
  switch (error.reason) {
    case "Unauthorized":
      return "The credentials were refused: log in again or renew the token of this context.";
    case "Forbidden":
      return /exceeded quota|is being terminated|denied the request|PodSecurity/i.test(error.message)
        ? "An admission rule of the cluster refused it: change the object or the rule."
        : "Grant this account the permission by a Role and RoleBinding (ClusterRole for cluster-wide kinds).";
    case "Conflict":
      return "The object changed in between: read it again and repeat the change.";
    case "AlreadyExists":
      return "Use apply to change an object that may exist.";
    case "Expired":
    case "Gone":
      return "The list is too old to be continued: list again.";
    case "TooManyRequests":
      return "The server asks for fewer requests: it is retried after a pause.";
    case "RequestEntityTooLarge":
      return "The object is too large for the cluster's store (about 1.5 MB): split it.";
    case "Unreachable":
      return "Check that the API server runs and that its address can be reached from here.";
    case "UnknownKind":
      return "Check apiVersion and kind, or install the custom resource definition first.";
    default:
      return "";
  }
}

function conflictHint(conflicts: readonly OwnedField[]): string {
  const byManager = new Map<string, string[]>();
  for (const { manager, field } of conflicts) byManager.set(manager, [...(byManager.get(manager) ?? []), field]);
  const owners = [...byManager].map(([manager, fields]) => `${manager} owns ${fields.join(", ")}`);
  return `${owners.join("; ")}. Leave these fields out, or apply with force to take them over.`;
}
