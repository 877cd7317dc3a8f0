-- What artifacts hold, by its digest, in pieces: a large one is never in memory as a whole.
create table artifact_content (
  digest text primary key,
  size bigint not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now()
);
create index artifact_content_last_used on artifact_content (last_used_at);

create table artifact_piece (
  digest text not null references artifact_content on delete cascade,
  seq integer not null,
  data bytea not null,
  primary key (digest, seq)
);
-- Archives and images do not get smaller by compressing them again.
alter table artifact_piece alter column data set storage external;

-- Which content an artifact had when an execution first asked for it; it keeps that to its end.
create table artifact_pin (
  execution_id text not null,
  artifact_key text not null,
  digest text not null references artifact_content,
  artifact text not null,
  primary key (execution_id, artifact_key)
);
create index artifact_pin_digest on artifact_pin (digest);
