-- Grows with every change of what anybody may do: replicas compare it with the rules they hold.
create table access_state (
  one boolean primary key default true check (one),
  version bigint not null default 1
);
insert into access_state default values;

create table access_user (
  -- The name in NFKC and lower case; `name` is as it was given.
  key text primary key,
  name text not null,
  -- The name with look-alike letters made one, so that nobody can pass for somebody else.
  skeleton text not null unique,
  kind text not null check (kind in ('person', 'service')),
  display_name text,
  email text,
  -- Argon2id with its parameters; null: no login with a password.
  password text,
  roles text[] not null default '{}',
  -- Of the source that the person logs in by.
  groups text[] not null default '{}',
  source text not null,
  -- Issuer and subject, for people of a provider.
  external_id text unique,
  disabled boolean not null default false,
  failures integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  created_by text not null,
  last_login_at timestamptz
);

create table access_session (
  hash bytea primary key,
  id text not null unique,
  user_key text not null references access_user on delete cascade,
  csrf text not null,
  method text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  idle_until timestamptz not null,
  expires_at timestamptz not null,
  address text,
  user_agent text,
  -- Of the provider, for its logout.
  id_token text
);
create index access_session_user on access_session (user_key);
create index access_session_end on access_session (expires_at);

create table access_token (
  id text primary key,
  hash bytea not null,
  user_key text not null references access_user on delete cascade,
  name text not null,
  -- Null: whatever its owner may do.
  scopes text[],
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  used_at timestamptz,
  used_from text
);
create index access_token_user on access_token (user_key);

create table access_role (
  name text primary key,
  description text not null,
  grants jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);

-- The one-time token that makes the first administrator.
create table access_setup (
  hash bytea primary key,
  created_at timestamptz not null default now()
);

create table access_device (
  device_hash bytea primary key,
  user_code text not null unique,
  name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  polled_at timestamptz,
  approved_by text references access_user on delete cascade,
  denied boolean not null default false
);

create table access_break_glass (
  id text primary key,
  user_key text not null references access_user on delete cascade,
  reason text not null,
  started_at timestamptz not null default now(),
  until timestamptz not null
);
create index access_break_glass_user on access_break_glass (user_key, until);

create function access_bump() returns trigger language plpgsql as $$
begin
  update access_state set version = version + 1;
  return null;
end $$;
create trigger access_user_changed after insert or delete or update of roles, groups, disabled, name on access_user
  for each statement execute function access_bump();
create trigger access_role_changed after insert or delete or update on access_role
  for each statement execute function access_bump();
create trigger access_break_glass_changed after insert or delete or update on access_break_glass
  for each statement execute function access_bump();

-- An application's own list is part of the rules. Compared as text: a document may hold what jsonb does not take.
create function access_application_changed() returns trigger language plpgsql as $$
begin
  if coalesce(new.document, '') like '%"permissions"%' or (tg_op <> 'INSERT' and old.document like '%"permissions"%') then
    update access_state set version = version + 1;
  end if;
  return null;
end $$;
create trigger access_application_saved after insert or update or delete on deliver_application
  for each row execute function access_application_changed();
