-- What operation keys stand for on Kubernetes: an operation that was done is not done again over a later change, and a
-- creation that begins again sends the same object under the same name.
create table kubernetes_operation (
  key text primary key,
  kind text not null check (kind in ('create', 'resize', 'enable', 'disable', 'destroy', 'terminate')),
  account text not null,
  region text not null,
  server_group text not null,
  -- Of a creation: the cluster in which the number is taken, and what is sent, until it is done.
  cluster text,
  sequence integer,
  manifest text,
  created_at timestamptz not null default now(),
  done_at timestamptz
);
create index kubernetes_operation_cluster on kubernetes_operation (account, region, cluster) where cluster is not null;
create index kubernetes_operation_created on kubernetes_operation (created_at);
