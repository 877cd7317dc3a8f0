-- What the hosts provider wants and knows. Documents are text: they are kept as received and never searched inside.

-- An account belongs to the data directory whose processes it runs; only its owner starts and stops them.
create table hosts_account (
  name text primary key,
  data_directory_id text not null,
  host text not null,
  regions text not null,
  problem text not null default '',
  seen_at timestamptz not null default now()
);

-- The last number given in a cluster outlives its server groups, so that a name never means two things.
create table hosts_cluster (
  account text not null,
  region text not null,
  name text not null,
  last_sequence integer not null,
  primary key (account, region, name)
);

create table hosts_server_group (
  account text not null,
  region text not null,
  name text not null,
  application text not null,
  cluster text not null,
  sequence integer not null,
  operation_key text not null unique,
  launch text not null,
  artifact_type text not null,
  artifact_reference text not null,
  artifact_digest text not null,
  artifact_version text,
  capacity_min integer not null,
  capacity_max integer not null,
  capacity_desired integer not null,
  disabled boolean not null,
  destroying boolean not null default false,
  health_status text not null,
  health_code text not null,
  health_reason text not null,
  created_at timestamptz not null default now(),
  -- When it last came closer to what is wanted; the progress deadline counts from here.
  progress_at timestamptz not null default now(),
  primary key (account, region, name)
);
create index hosts_server_group_application on hosts_server_group (application, account, region, cluster);

create table hosts_instance (
  id text primary key,
  account text not null,
  region text not null,
  server_group text not null,
  zone text not null,
  port integer not null,
  -- intended: may or may not have a process yet; running; exited: waits for its next start; stopping.
  phase text not null check (phase in ('intended', 'running', 'exited', 'stopping')),
  -- Counts starts; each start has its own run directory, claimed once.
  attempt integer not null default 1,
  pid integer,
  -- Boot and start time of the process: with its pid they name it for ever.
  process_mark text,
  healthy boolean,
  reason text not null,
  exit_status integer,
  -- Failures in a row: sets the back-off.
  failures integer not null default 0,
  drain_ms integer not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  next_start_at timestamptz,
  unique (account, port),
  foreign key (account, region, server_group) references hosts_server_group (account, region, name)
);
create index hosts_instance_server_group on hosts_instance (account, region, server_group);

-- One row per operation key. A creation asked for where the account's owner is not waits here for it.
create table hosts_operation (
  key text primary key,
  account text not null,
  kind text not null,
  region text not null,
  server_group text,
  request text,
  state text not null check (state in ('pending', 'done', 'failed')),
  error text,
  created_at timestamptz not null default now(),
  done_at timestamptz
);
create index hosts_operation_pending on hosts_operation (account, created_at) where state = 'pending';
create index hosts_operation_done on hosts_operation (done_at) where done_at is not null;
