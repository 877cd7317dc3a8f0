-- What happened to a run, one row for each transition, as JSON; kept as long as the run is.
create table engine_history (
  execution_id text not null,
  version bigint not null,
  time timestamptz not null,
  steps text not null,
  primary key (execution_id, version)
);

-- What a run is found by: lexemes that begin with the week of its id, so that a search reads week after week.
create table engine_search (
  execution_id text primary key,
  terms tsvector not null
);
-- Entries that wait to be merged would be read anew for each week.
create index engine_search_terms on engine_search using gin (terms) with (fastupdate = off);

-- Runs that were stored before there was a search; the sweep brings them in.
create table engine_search_missing (
  execution_id text primary key
);
insert into engine_search_missing select id from engine_execution;

create index engine_execution_application_status on engine_execution (application, status, id desc);
create index engine_execution_status on engine_execution (status, id desc);
create index engine_execution_application_type on engine_execution (application, type, id desc);
-- What retention looks for.
create index engine_execution_ended on engine_execution (end_time) where end_time is not null;
