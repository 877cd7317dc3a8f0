-- Projects in Front50's JSON: applications, clusters and pipelines that people look at together.
create table deliver_project (
  id text primary key,
  name text not null,
  document text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_modified_by text not null
);
create unique index deliver_project_name on deliver_project (lower(name));
