-- Scripts that somebody asked to stop and that run on another machine. The server there takes the row and stops the script.
create table script_stop (
  script text primary key,
  -- Whose machine and data directory; null where the start was interrupted, so that nobody knows.
  owner text,
  requested_at timestamptz not null default now()
);
