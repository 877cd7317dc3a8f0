-- Deployment strategies: documents like pipelines, which stages of pipelines run.
create table deliver_strategy (like deliver_pipeline including all);
create table deliver_strategy_version (like deliver_pipeline_version including all);
