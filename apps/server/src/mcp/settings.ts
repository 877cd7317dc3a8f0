import { z } from "zod";

const settings = z.strictObject({
  /** False: nothing is at `/mcp`. */
  enabled: z.boolean().default(true),
  /** Offers the tools that change something. What each caller may do is asked of the permissions in any case. */
  changes: z.boolean().default(false),
});
export type McpSettings = z.output<typeof settings>;

/** The section `mcp` of `gennaker.yaml`. Throws an Error that names the field. */
export function readMcpSettings(section: Readonly<Record<string, unknown>>): McpSettings {
  const read = settings.safeParse(section);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`gennaker.yaml: mcp.${(issue?.path ?? []).join(".")}: ${issue?.message ?? "not usable"}.`);
}
