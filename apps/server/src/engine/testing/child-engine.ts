import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import { createDatabase } from "../../platform/database/create-database.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import { createEngine } from "../create-engine.ts";
import { recordingStageTypes } from "./recording-stage-types.ts";

/** A process that runs an engine until it is killed: `node child-engine.ts URL REPLICA [LEASE_SECONDS]`. */
const [url = "", replicaId = "child", leaseSeconds = "20"] = process.argv.slice(2);
const database = createDatabase({ url, connections: 6 });
const engine = createEngine({
  database,
  events: createEventLog(database),
  audit: createAuditLog(),
  stageTypes: recordingStageTypes(database, replicaId),
  replicaId,
  leaseSeconds: Number(leaseSeconds),
  log: (_level, message) => void process.stderr.write(`${message}\n`),
});
await engine.run();
process.stdout.write("running\n");
