-- Secrets encrypted with the operator's key. Without the key file nothing of a value can be read from here.
create table secret_value (
  name text primary key,
  key_id text not null,
  nonce bytea not null,
  sealed bytea not null,
  -- JSON lists: the applications whose pipelines may refer to it, and the hosts it may be sent to from there.
  applications text not null,
  hosts text not null,
  description text not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
