-- Runs, their stages, and what of them is on the way. Documents are text: what people wrote is kept as it came.

create table engine_execution (
  id text primary key,
  version bigint not null,
  type text not null,
  application text not null,
  name text not null,
  pipeline_config_id text,
  status text not null,
  build_time timestamptz not null,
  start_time timestamptz,
  end_time timestamptz,
  -- What changes while it runs, as JSON.
  header text not null,
  -- Trigger and pipeline as received, as JSON; never rewritten.
  documents text not null
) with (fillfactor = 70);

create index engine_execution_application on engine_execution (application, id desc);
create index engine_execution_config on engine_execution (pipeline_config_id, id desc);
create index engine_execution_open on engine_execution (status, id) where end_time is null;

create table engine_stage (
  execution_id text not null,
  id text not null,
  position integer not null,
  -- Place, status, times, tasks and flags, as JSON.
  body text not null,
  source text not null,
  context text not null,
  outputs text not null,
  primary key (execution_id, id)
) with (fillfactor = 70);

-- Side effects on the way or waiting for their next look: at most one a stage.
create table engine_task_run (
  execution_id text not null,
  stage_id text not null,
  kind text not null,
  task_id text,
  attempt integer not null,
  -- Drawn anew whenever a claim is taken away; a result that carries an older one is refused.
  fencing bigint not null,
  owner text,
  lease_until timestamptz,
  looked_at timestamptz,
  due timestamptz not null,
  topics text[],
  cancel_requested boolean not null default false,
  -- Something changed while the task was looking: it looks again at once.
  again boolean not null default false,
  -- The run is paused.
  parked boolean not null default false,
  failures integer not null default 0,
  primary key (execution_id, stage_id)
) with (fillfactor = 70);

create sequence engine_fencing;

create index engine_task_run_due on engine_task_run (due) where owner is null and not parked;
create index engine_task_run_owner on engine_task_run (owner) where owner is not null;
create index engine_task_run_topics on engine_task_run using gin (topics) where topics is not null;

-- Messages that one run sends another, or that a transition left for the next one.
create table engine_message (
  seq bigint generated always as identity primary key,
  execution_id text not null,
  payload text not null,
  due timestamptz not null default now()
);

create index engine_message_execution on engine_message (execution_id, seq);

-- Topics that were woken of late; `woken_at` is empty until the change they tell of is committed.
create table engine_wake (
  seq bigint generated always as identity primary key,
  topic text not null,
  woken_at timestamptz
);

create index engine_wake_recent on engine_wake (woken_at);
create index engine_wake_topic on engine_wake (topic, woken_at);
