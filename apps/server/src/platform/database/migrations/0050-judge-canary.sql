-- Canary configs in Kayenta's JSON, as received.
create table judge_canary_config (
  id text primary key,
  name text not null,
  applications text[] not null,
  document text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index judge_canary_config_name on judge_canary_config (name);
create index judge_canary_config_applications on judge_canary_config using gin (applications);

-- One judgement of a canary stage. An analysis is one pass of the stage; a restart begins another.
create table judge_canary_run (
  id text primary key,
  execution_id text not null,
  stage_id text not null,
  analysis_id text not null,
  run_index integer not null,
  planned integer not null,
  application text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  judged_at timestamptz not null,
  score float8 not null,
  verdict text not null,
  reason text not null,
  -- {configId, thresholds, scopes, warnings}
  facts text not null,
  config text not null,
  -- Kayenta's metricSetPairList; holes are the text "NaN".
  pairs text not null,
  -- Kayenta's judgeResult, unaltered.
  judge_result text not null,
  unique (execution_id, stage_id, analysis_id, run_index)
);
