-- What administrators have sent to be made once, by key; the body only of answers without a secret.

create table idempotency_keys (
  person_id integer not null references persons (id) on delete cascade,
  key text not null,
  request text not null,
  is_answered integer not null default 0,
  body text,
  created_at integer not null,
  primary key (person_id, key)
) strict, without rowid;
create index idempotency_keys_by_age on idempotency_keys (created_at);
