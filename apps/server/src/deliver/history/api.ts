import type { RetentionPolicy } from "../../engine/api.ts";
import type { Actor } from "../../platform/audit/api.ts";

type ApplicationPolicy = RetentionPolicy & { application: string };

/** How long ended runs are kept, by the server and by application. Every change is audited. */
export type Retention = {
  /** The server's policy, and those of applications that differ. */
  read(): Promise<{ server: RetentionPolicy; applications: ApplicationPolicy[] }>;
  /** The policy that holds for an application, and whose it is. */
  of(application: string): Promise<ApplicationPolicy & { source: "application" | "server" }>;
  /** `application` null: the server's. */
  set(application: string | null, policy: RetentionPolicy, actor: Actor): Promise<void>;
  /** The server's policy holds for the application again. False when it had none of its own. */
  clear(application: string, actor: Actor): Promise<boolean>;
};
