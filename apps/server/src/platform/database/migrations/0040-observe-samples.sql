-- One row for each distinct name and label set. The hash covers both.
create table observe_series (
  id bigint generated always as identity primary key,
  hash bytea not null unique,
  name text not null,
  kind text not null,
  labels jsonb not null,
  seen_at timestamptz not null default now()
);
create index observe_series_name on observe_series (name);
create index observe_series_labels on observe_series using gin (labels jsonb_path_ops);

-- The series that one scrape brings, in order. A target's set hardly changes, so that a scrape is one row below.
create table observe_layout (
  id bigint generated always as identity primary key,
  hash bytea not null unique,
  series bigint[] not null,
  created_at timestamptz not null default now()
);
create index observe_layout_series on observe_layout using gin (series);

-- Raw readings: values[i] belongs to series[i] of the layout.
create table observe_sample (
  layout_id bigint not null,
  time timestamptz not null,
  values float8[] not null,
  primary key (layout_id, time)
);
create index observe_sample_time on observe_sample using brin (time) with (pages_per_range = 16, autosummarize = on);

-- One minute of one series, aligned to the epoch. increase: growth since the reading before, resets corrected.
create table observe_slice (
  series_id bigint not null,
  minute timestamptz not null,
  count integer not null,
  sum float8 not null,
  min float8 not null,
  max float8 not null,
  first float8 not null,
  last float8 not null,
  increase float8 not null,
  primary key (series_id, minute)
);
create index observe_slice_minute on observe_slice using brin (minute) with (pages_per_range = 16, autosummarize = on);

-- Up to where (exclusive) slices are built.
create table observe_watermark (
  name text primary key,
  time timestamptz not null
);
