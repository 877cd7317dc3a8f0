export type What = "pipeline" | "application" | "everything";
export type As = "received" | "stored";
export type Choice = { what: What; as: As; application: string; pipeline: { id: string; name: string } | null };

/** Where a choice is downloaded from, and what its file is called; null while something is not chosen. */
export function downloadOf({ what, as, application, pipeline }: Choice): { href: string; file: string } | null {
  const suffix = as === "stored" ? "-as-kept" : "";
  const query = (parts: Record<string, string>) => new URLSearchParams({ ...parts, as }).toString();
  if (what === "everything") return { href: `/api/v1/export/everything?${query({})}`, file: `gennaker${suffix}.jsonl` };
  if (application === "") return null;
  if (what === "application")
    return { href: `/api/v1/export?${query({ application })}`, file: `${safe(application)}${suffix}.json` };
  if (pipeline === null) return null;
  const file = `${safe(application)}-${safe(pipeline.name)}${suffix}.json`;
  return { href: `/api/v1/export?${query({ pipeline: pipeline.id })}`, file };
}

/** Names that no file system trips over. */
function safe(name: string): string {
  const plain = name
    .normalize("NFC")
    .replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, "_")
    .replace(/^[. ]+/, "_")
    .slice(0, 100)
    .replace(/[. ]+$/, "");
  return plain === "" ? "_" : plain;
}
