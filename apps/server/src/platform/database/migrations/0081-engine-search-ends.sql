-- Runs that did not simply succeed are found by how they ended too; the sweep writes the terms of those that are stored.
insert into engine_search_missing
  select id from engine_execution where end_time is not null and status <> 'SUCCEEDED'
  on conflict do nothing;
