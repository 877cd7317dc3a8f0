-- A login at the provider that has begun: what its answer is held against. Used once.
create table access_login (
  hash bytea primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  next text not null,
  expires_at timestamptz not null
);
