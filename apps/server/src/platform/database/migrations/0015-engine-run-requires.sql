-- A side effect of a stage type that only some replicas have is claimed by those.
alter table engine_task_run add column requires text;
