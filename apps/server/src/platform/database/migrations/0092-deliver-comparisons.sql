-- Comparisons of a Spinnaker's executions with the pipelines here, with what each found.
create table deliver_comparison (
  id text primary key,
  application text not null,
  pipeline_id text not null,
  pipeline_name text not null,
  -- Where the executions came from: Gate's address, or what whoever sent them calls them.
  source text not null,
  runs integer not null,
  same integer not null,
  unreadable integer not null,
  report text not null,
  compared_at timestamptz not null default now(),
  compared_by text not null
);
create index deliver_comparison_pipeline on deliver_comparison (application, pipeline_id, compared_at desc);
