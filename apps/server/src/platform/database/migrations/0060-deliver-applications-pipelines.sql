create table deliver_application (
  name text primary key,
  document text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_modified_by text not null
);

create table deliver_pipeline (
  id text primary key,
  application text not null,
  name text not null,
  -- The order in which an application's pipelines are shown.
  position integer not null,
  disabled boolean not null,
  version integer not null,
  document text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_modified_by text not null
);
create unique index deliver_pipeline_name on deliver_pipeline (application, lower(name));

create table deliver_pipeline_version (
  pipeline_id text not null,
  version integer not null,
  document text not null,
  saved_at timestamptz not null default now(),
  saved_by text not null,
  primary key (pipeline_id, version)
);
