create table platform_event (
  id bigint generated always as identity primary key,
  -- The writer's transaction: readers stay below the oldest one still open, so that a late commit is never skipped.
  xid xid8 not null default pg_current_xact_id(),
  time timestamptz not null default clock_timestamp(),
  type text not null,
  application text,
  subject text not null,
  data text not null
);
create index platform_event_order on platform_event (xid, id);
create index platform_event_time on platform_event using brin (time);

create table platform_audit (
  id bigint generated always as identity primary key,
  time timestamptz not null default clock_timestamp(),
  actor text not null,
  on_behalf_of text,
  via text not null,
  request_id text,
  address text,
  user_agent text,
  action text not null,
  resource text not null,
  application text,
  reason text,
  before text,
  after text
);
create index platform_audit_application on platform_audit (application, id desc);
create index platform_audit_resource on platform_audit (resource, id desc);
