-- How long ended runs are kept: of the server (application ''), and of applications that differ from it.
create table deliver_retention (
  application text primary key,
  keep_days integer,
  keep_last integer,
  updated_at timestamptz not null default now(),
  updated_by text not null
);

drop index engine_execution_ended;
create index engine_execution_ended on engine_execution (application, end_time) where end_time is not null;
