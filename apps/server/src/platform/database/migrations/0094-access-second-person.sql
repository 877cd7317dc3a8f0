-- Stages that a second person has let go on. A row is for one try: restarting the stage asks again.
create table access_second_person (
  execution_id text not null,
  stage_id text not null,
  user_key text not null,
  reason text,
  -- True where emergency access stood in for a second person.
  emergency boolean not null default false,
  approved_at timestamptz not null default now(),
  primary key (execution_id, stage_id)
);
