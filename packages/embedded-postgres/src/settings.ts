/** Settings of the server: name → value, as in postgresql.conf. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Sized for one control plane beside the programs it looks after: the whole server stays below 60 MB.
 * Durability is PostgreSQL's own: fsync, full page writes and synchronous commit are on.
 */
export const defaultSettings: Settings = {
  max_connections: "80",
  superuser_reserved_connections: "2",
  shared_buffers: "32MB",
  work_mem: "4MB",
  maintenance_work_mem: "16MB",
  effective_cache_size: "256MB",
  wal_buffers: "2MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_replication_slots: "0",
  max_logical_replication_workers: "0",
  min_wal_size: "64MB",
  max_wal_size: "512MB",
  checkpoint_timeout: "5min",
  // Statements are short: parallel workers and I/O workers would only add processes, and jit only latency.
  io_method: "sync",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  jit: "off",
  // Queue-like tables turn over quickly: look often, with few workers.
  autovacuum_max_workers: "2",
  autovacuum_worker_slots: "4",
  autovacuum_naptime: "15s",
  random_page_cost: "1.1",
  timezone: "UTC",
  log_timezone: "UTC",
  log_destination: "stderr",
  logging_collector: "off",
  log_line_prefix: "%m [%p] %q%u@%d ",
  log_min_messages: "warning",
  log_checkpoints: "off",
  log_autovacuum_min_duration: "10s",
  // Values bound to statements may be secrets.
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
};

const settingName = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

/** Renders settings as a configuration file. Throws RangeError for a name PostgreSQL could not have. */
export function renderSettings(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!settingName.test(name)) throw new RangeError(`Not the name of a PostgreSQL setting: ${JSON.stringify(name)}`);
    if (/[\0\r\n]/.test(value)) throw new RangeError(`The PostgreSQL setting ${name} must be one line of text.`);
    return `${name} = ${quote(value)}`;
  });
  return `# Written by Gennaker at every start; changes here are lost.\n${lines.join("\n")}\n`;
}

/** Settings that decide where and how the server listens; callers cannot change them. */
export function placeSettings(options: { socketDirectory: string; port: number }): Settings {
  return {
    listen_addresses: "",
    port: String(options.port),
    unix_socket_directories: `"${options.socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
  };
}

/**
 * Who may connect: only through the socket, and only the operating system's user that runs Gennaker, as told by the
 * kernel (`peer`). There is no password to leak.
 */
export const hostBasedAuthentication = "local all all peer map=gennaker\n";

/** Maps the user that runs Gennaker to the two roles of the database. */
export function renderUserMap(userName: string): string {
  const name = quoteIdent(userName);
  return `gennaker ${name} ${roleName}\ngennaker ${name} ${superuserName}\n`;
}

/** The role and the database that Gennaker works with. */
export const roleName = "gennaker";
export const databaseName = "gennaker";
export const superuserName = "postgres";

function quote(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** In pg_ident.conf quotes make `+`, `/` and the keyword `all` ordinary text. */
function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
