-- Whom an application tells of its pipelines, in Front50's JSON.
create table deliver_notification_settings (
  application text primary key,
  document text not null,
  updated_at timestamptz not null default now(),
  last_modified_by text not null
);
