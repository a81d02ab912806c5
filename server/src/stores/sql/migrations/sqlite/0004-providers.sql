-- Sign-in from elsewhere: providers, whom they vouch for, flows under way, and what may come once only.

create table providers (
  id integer primary key autoincrement,
  name text not null unique,
  kind text not null check (kind in ('oidc', 'oauth2', 'ldap')),
  display_name text not null,
  colour text,
  icon text,
  sort_order integer not null default 0,
  is_enabled integer not null default 1,
  settings text not null,
  sealed_secret text,
  version integer not null default 1,
  created_at integer not null,
  changed_at integer not null
) strict;

-- Who somebody is to us: the provider's own word for them, never an address.
create table identities (
  id integer primary key autoincrement,
  provider_id integer not null references providers (id) on delete cascade,
  subject text not null,
  person_id integer not null references persons (id) on delete cascade,
  linked_at integer not null,
  seen_at integer not null,
  unique (provider_id, subject)
) strict;
create index identities_by_person on identities (person_id);

create table provider_flows (
  hash text primary key,
  provider_id integer not null references providers (id) on delete cascade,
  browser_hash text not null,
  dialect text not null,
  redirect_uri text not null,
  return_to text not null,
  person_id integer references persons (id) on delete cascade,
  expires_at integer not null
) strict, without rowid;
create index provider_flows_by_end on provider_flows (expires_at);

create table used_once (
  hash text primary key,
  expires_at integer not null
) strict, without rowid;
create index used_once_by_end on used_once (expires_at);

alter table sessions add column identity_id integer references identities (id) on delete set null;
alter table sessions add column provider_session text;
create index sessions_by_identity on sessions (identity_id) where identity_id is not null and ended_at is null;
