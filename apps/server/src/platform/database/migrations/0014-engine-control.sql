-- What holds runs back: pauses, freezes, limits; and which replicas there are, with what they know.

-- One row; raised by every change below, so that a transition sees with one number whether what it knows is still true.
create table engine_control (
  one boolean primary key default true check (one),
  version bigint not null
);
insert into engine_control (version) values (1);

-- Scope '' is the whole engine, any other an application.
create table engine_pause (
  scope text primary key,
  paused_by text not null,
  reason text,
  paused_at timestamptz not null
);

create table engine_freeze (
  name text primary key,
  -- Application, time zone, periods, what it holds, as JSON.
  document text not null,
  updated_by text not null,
  updated_at timestamptz not null
);

create table engine_freeze_exception (
  id text primary key,
  calendar text not null references engine_freeze (name) on delete cascade,
  -- Whom it lets through, until when, and why, as JSON.
  document text not null,
  made_by text not null,
  made_at timestamptz not null
);

create table engine_replica (
  id text primary key,
  stage_types text[] not null,
  seen_at timestamptz not null
);

-- Why a run is held: 'start' (it has not begun), 'pause' (the engine's), 'restart' (a restart waits for its turn).
alter table engine_execution add column held_by text;
create index engine_execution_held on engine_execution (id) where held_by is not null;
create index engine_execution_restart on engine_execution (pipeline_config_id) where held_by = 'restart';

-- A message of a type that this version does not know, or for a stage type that it does not have, is left for a replica that does.
alter table engine_message add column type text, add column requires text;
create index engine_message_due on engine_message (due, seq);
