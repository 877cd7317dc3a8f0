-- Who leads: does the sweeps, retention and sealing of all replicas. One row a role.
create table platform_leader (
  role text primary key,
  -- The replica; the same after a restart in the same place.
  holder text not null,
  -- The process: another one after a restart.
  session text not null,
  -- Raised by each change of hands: the fencing token of what a leader writes.
  term bigint not null,
  expires_at timestamptz not null
);
