import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { filterFlags } from "./filter-flags.ts";

const load = () => import("./handlers.ts");

export const auditRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List who did what, newest first",
      examples: ["audit list --application shop --limit 20", "audit list --actor kim --outcome denied --from 7d"],
      parameters: {
        flags: {
          ...serverFlags,
          ...filterFlags,
          before: flag.count("Only entries older than this number", "ENTRY"),
          limit: flag.count("At most this many (default 100)"),
        },
      },
      load: () => load().then((module) => module.listAudit),
    }),
    export: command({
      brief: "Write the sealed entries as JSON lines, oldest first, with their seals",
      about:
        "Each line is an entry with its number and hash in the chain, so that the file can be verified without a server. " +
        "With --after only what was sealed since an earlier export.",
      examples: ["audit export audit.jsonl", "audit export --after 1200 | gzip > audit-2.jsonl.gz"],
      parameters: {
        flags: { ...serverFlags, ...filterFlags, after: flag.count("Only after the seal with this number", "SEAL") },
        positional: { kind: "tuple", parameters: [argument.optional("FILE", "Default: standard output")] },
      },
      load: () => load().then((module) => module.exportAudit),
    }),
    verify: command({
      brief: "Find entries that were changed, removed, put in or moved",
      about:
        "With a FILE an export is checked without any server (- is standard input). Otherwise the server's own check is asked " +
        "for, and all its entries are fetched and checked here as well. With --database the database itself is read, " +
        "and no server is needed. A chain that somebody made anew from end to end is found only by a head that was kept " +
        "elsewhere (see `audit state`, the server's log, syslog and OTLP): give it with --head. Exits 1 when something is found.",
      examples: [
        "audit verify",
        "audit verify audit.jsonl --head 1200:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "audit verify --database postgres://gennaker@db.example.com/gennaker",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          head: flag.texts("SEAL:HASH that was kept elsewhere (again for more)", "HEAD"),
          database: flag.text("Read this PostgreSQL instead", "URL"),
        },
        positional: { kind: "tuple", parameters: [argument.optional("FILE", "An export")] },
      },
      load: () => load().then((module) => module.verifyAudit),
    }),
    state: command({
      brief: "Show the newest seal, what is kept, and how far other places were told",
      examples: ["audit state"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.showAuditState),
    }),
  },
  docs: { brief: "The audit trail: who did what, sealed" },
});
