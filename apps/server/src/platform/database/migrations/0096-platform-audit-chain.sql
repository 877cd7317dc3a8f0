-- With what somebody asked, how it ended, and how many alike are counted in one row.
alter table platform_audit
  add column credential text,
  add column outcome text not null default 'done',
  add column count integer not null default 1;
update platform_audit set outcome = split_part(action, '.', 2) where action in ('access.denied', 'login.failed');

create index platform_audit_actor on platform_audit (actor, id desc);
create index platform_audit_time on platform_audit using brin (time);

-- Rows that wait for their seal; written with each row, so that a row that is put in past Gennaker has none.
create table platform_audit_pending (audit_id bigint primary key);
insert into platform_audit_pending select id from platform_audit;

-- The chain: each seal's hash covers the one before and the digest of its row.
create table platform_audit_seal (
  seq bigint primary key,
  audit_id bigint not null unique,
  digest text not null,
  hash text not null,
  sealed_at timestamptz not null default clock_timestamp()
);
create table platform_audit_head (
  only_one boolean primary key default true check (only_one),
  seq bigint not null,
  hash text not null
);
insert into platform_audit_head values (true, 0, repeat('0', 64));

-- Where the chain begins after retention has removed its oldest part.
create table platform_audit_checkpoint (
  seq bigint primary key,
  hash text not null,
  removed bigint not null,
  made_at timestamptz not null default clock_timestamp()
);

-- How far each place outside has been told.
create table platform_audit_sink (
  name text primary key,
  seq bigint not null,
  error text,
  failing_since timestamptz,
  updated_at timestamptz not null default clock_timestamp()
);

create function platform_audit_append_only() returns trigger language plpgsql as $$
begin
  if current_setting('gennaker.audit_retention', true) = 'on' then
    return null;
  end if;
  raise exception '% is append-only: only retention removes rows', tg_table_name;
end $$;
create trigger platform_audit_append_only before update or delete or truncate on platform_audit
  for each statement execute function platform_audit_append_only();
create trigger platform_audit_append_only before update or delete or truncate on platform_audit_seal
  for each statement execute function platform_audit_append_only();
