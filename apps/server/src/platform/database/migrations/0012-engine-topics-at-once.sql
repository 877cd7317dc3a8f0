-- A wake-up looks its topic up at once; entries that wait to be merged would each be read in turn.
alter index engine_task_run_topics set (fastupdate = off);
