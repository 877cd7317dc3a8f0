-- Whoever starts a run as a side effect (a stage that starts a child) names its operation: asked twice, it starts once.
alter table engine_execution add column start_key text;
create unique index engine_execution_start_key on engine_execution (start_key) where start_key is not null;
