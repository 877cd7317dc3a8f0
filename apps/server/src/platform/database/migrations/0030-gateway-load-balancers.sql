create table gateway_load_balancer (
  account text not null,
  region text not null,
  name text not null,
  application text not null,
  port integer not null,
  health_check text not null,
  -- {server group: percent}; groups that are not here share the rest by healthy instances.
  pins text not null default '{}',
  created_at timestamptz not null default now(),
  primary key (account, region, name)
);
create unique index gateway_load_balancer_port on gateway_load_balancer (account, port);

-- One row per account: the snapshot's generation only grows, and each generation has one content.
create table gateway_generation (
  account text primary key,
  generation bigint not null,
  content_hash text
);
