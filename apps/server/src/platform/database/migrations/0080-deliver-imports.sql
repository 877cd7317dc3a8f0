-- What was imported: each document as it was received, so that it can be exported unchanged and an import repeated.
create table deliver_import_item (
  kind text not null,
  -- The stored thing's: a pipeline's id, an application's name, a template's id and tag.
  key text not null,
  -- Of the received document without what every save changes.
  hash text not null,
  -- Of what was stored right after: another one means that it was changed here.
  stored_hash text not null,
  received text not null,
  source text not null,
  imported_at timestamptz not null default now(),
  imported_by text not null,
  primary key (kind, key)
);

-- Imports and dry runs of imports, with what became of each item.
create table deliver_import (
  id text primary key,
  dry_run boolean not null,
  started_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  started_by text not null
);
create index deliver_import_started on deliver_import (started_at desc);

create table deliver_import_report (
  import_id text not null references deliver_import (id) on delete cascade,
  seq bigint generated always as identity,
  outcome text not null,
  item text not null,
  primary key (import_id, seq)
);
