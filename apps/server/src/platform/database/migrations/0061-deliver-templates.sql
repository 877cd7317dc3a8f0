-- Pipeline templates: one row for each version that can be named.
create table deliver_template (
  -- id, id:tag or id@sha256:digest.
  key text primary key,
  id text not null,
  tag text,
  digest text,
  document text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_modified_by text not null
);

create index deliver_template_id on deliver_template (id);
