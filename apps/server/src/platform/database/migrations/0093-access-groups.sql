-- What each source of groups told about a person; `access_user.groups` is what counts of it now.
create table access_group_answer (
  user_key text not null references access_user on delete cascade,
  source text not null,
  groups text[] not null default '{}',
  asked_at timestamptz not null default now(),
  -- The last time it answered.
  told_at timestamptz,
  -- What it told is no longer taken after that; null: until the next login.
  until timestamptz,
  -- Why it could not be asked the last time.
  failure text,
  primary key (user_key, source)
);
insert into access_group_answer (user_key, source, groups, told_at)
  select key, source, groups, last_login_at from access_user where source <> 'local';

-- Groups that are older than this are not taken, and why they are missing.
alter table access_user add column groups_until timestamptz;
alter table access_user add column groups_note text;
-- The provider or directory that the person logs in by does not know them any more.
alter table access_user add column gone_at timestamptz;

-- Of the provider: its name for the session, and the refresh token, encrypted with the operator's key.
alter table access_session add column provider_session text;
alter table access_session add column provider_subject text;
alter table access_session add column refresh_token text;
alter table access_session add column refreshed_at timestamptz;
create index access_session_provider on access_session (provider_session) where provider_session is not null;

-- Logout tokens of providers are taken once.
create table access_logout_seen (
  hash bytea primary key,
  expires_at timestamptz not null
);
