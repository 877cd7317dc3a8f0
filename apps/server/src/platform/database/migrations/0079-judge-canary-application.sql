-- The judgements of an application, newest first, and those of a run.
create index judge_canary_run_application on judge_canary_run (application, judged_at desc, id);
