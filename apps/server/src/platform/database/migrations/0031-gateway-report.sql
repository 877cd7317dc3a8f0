-- What the process that runs an account's gateway last heard of it, for replicas that cannot ask it themselves.
create table gateway_report (
  account text primary key,
  -- The gateway's own status as JSON; null when it did not answer.
  status text,
  problem text not null,
  reported_at timestamptz not null default now()
);
