-- The directory, what it hands out, and what it remembers. Instants are epoch milliseconds; flags are 0 or 1.

create table installation (
  id integer primary key check (id = 1),
  uuid text not null,
  key_check text not null,
  created_at integer not null,
  bootstrapped_at integer
) strict;

create table accounts (
  id integer primary key autoincrement,
  uuid text not null unique,
  identifier text not null unique,
  name text not null,
  licence text not null default 'none-needed' check (licence in ('active', 'expired', 'none-needed')),
  region text,
  quota integer,
  is_active integer not null default 1,
  created_at integer not null
) strict;

-- Person 1 is the first administrator's, made with that id; everybody else's begins with 2.
create table persons (
  id integer primary key autoincrement,
  uuid text not null unique,
  kind text not null check (kind in ('human', 'machine')),
  username text not null,
  email text,
  display_name text not null,
  status text not null check (status in ('active', 'disabled', 'pending')),
  is_operator integer not null default 0,
  epoch integer not null default 1,
  home_account_id integer not null references accounts (id),
  created_at integer not null
) strict;

insert into sqlite_sequence (name, seq) values ('persons', 1);

-- User names and e-mail addresses, canonical, in one set.
create table names (
  name text primary key,
  person_id integer not null references persons (id) on delete cascade
) strict, without rowid;
create index names_by_person on names (person_id);

create table memberships (
  person_id integer not null references persons (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'read-only')),
  primary key (person_id, account_id)
) strict, without rowid;
create index memberships_by_account on memberships (account_id);

create table passwords (
  person_id integer primary key references persons (id) on delete cascade,
  encoded text not null,
  scheme text not null,
  version integer not null default 1,
  set_at integer not null,
  failures integer not null default 0,
  disabled_at integer
) strict;
create index passwords_by_scheme on passwords (scheme);

create table sessions (
  id integer primary key autoincrement,
  person_id integer not null references persons (id) on delete cascade,
  account_id integer not null references accounts (id),
  dialect text not null,
  method text not null,
  opened_at integer not null,
  seen_at integer not null,
  idle integer,
  ends_at integer not null,
  ended_at integer,
  address text not null,
  agent text not null
) strict;
create index sessions_live_by_person on sessions (person_id) where ended_at is null;
create index sessions_by_end on sessions (ends_at);

-- Every credential handed out, by hash. `person_id` is null only for a setup link.
create table tokens (
  id integer primary key autoincrement,
  hash text not null unique,
  kind text not null check (kind in ('cookie', 'access', 'api', 'agent', 'one-time')),
  dialect text not null,
  scope text not null,
  person_id integer references persons (id) on delete cascade,
  account_id integer references accounts (id),
  session_id integer references sessions (id) on delete cascade,
  parent_id integer references tokens (id) on delete cascade,
  name text not null default '',
  shown text not null default '',
  epoch integer not null,
  created_at integer not null,
  expires_at integer,
  used_at integer,
  revoked_at integer
) strict;
create unique index tokens_shown_once on tokens (person_id, dialect, shown) where kind = 'api' and revoked_at is null;
create index tokens_by_session on tokens (session_id) where session_id is not null;
create index tokens_by_parent on tokens (parent_id) where parent_id is not null;
create index tokens_by_expiry on tokens (expires_at) where expires_at is not null;

create table throttle (
  key text primary key,
  is_known integer not null default 0,
  failures integer not null default 0,
  failed_at integer not null default 0,
  pending integer not null default 0,
  pending_until integer not null default 0,
  blocked_until integer not null default 0
) strict, without rowid;
create index throttle_by_age on throttle (is_known, failed_at);

-- Chains of sealed rows; one act takes the first chain that no other act holds.
create table audit_heads (
  chain text primary key,
  seq integer not null,
  mac text not null
) strict, without rowid;

create table audit (
  chain text not null,
  seq integer not null,
  at integer not null,
  event text not null,
  person_id integer,
  body text not null,
  mac text not null,
  primary key (chain, seq)
) strict, without rowid;
create index audit_by_time on audit (at);

create table signing_keys (
  kid text primary key,
  state text not null check (state in ('next', 'active', 'retiring', 'removed')),
  public_jwk text not null,
  sealed_private_jwk text not null,
  created_at integer not null,
  removed_at integer
) strict, without rowid;
create unique index signing_keys_one_active on signing_keys (state) where state = 'active';

insert into audit_heads (chain, seq, mac) values ('c01', 0, '');
