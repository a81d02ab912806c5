-- Projects with their agent tokens, and sessions that speak for a project instead of a person.

create table projects (
  id integer primary key autoincrement,
  uuid text not null unique,
  account_id integer not null references accounts (id),
  name text not null,
  created_at integer not null,
  unique (account_id, name)
) strict;

-- SQLite cannot make a column nullable: the table is made anew. The tokens' references are put aside meanwhile,
-- since dropping a table deletes its rows, and with them whatever refers to them.
create table kept_references (token_id integer primary key, session_id integer not null) strict;
insert into kept_references select id, session_id from tokens where session_id is not null;
update tokens set session_id = null where session_id is not null;

create table sessions_anew (
  id integer primary key autoincrement,
  person_id integer references persons (id) on delete cascade,
  project_id integer references projects (id) on delete cascade,
  account_id integer not null references accounts (id),
  dialect text not null,
  method text not null,
  opened_at integer not null,
  seen_at integer not null,
  idle integer,
  ends_at integer not null,
  ended_at integer,
  address text not null,
  agent text not null,
  check ((person_id is null) <> (project_id is null))
) strict;
insert into sessions_anew
  select id, person_id, null, account_id, dialect, method, opened_at, seen_at, idle, ends_at, ended_at, address, agent
  from sessions;
-- Ids are never used again, those of rows long gone included.
delete from sqlite_sequence where name = 'sessions_anew';
insert into sqlite_sequence (name, seq) select 'sessions_anew', seq from sqlite_sequence where name = 'sessions';
drop table sessions;
alter table sessions_anew rename to sessions;
create index sessions_live_by_person on sessions (person_id) where ended_at is null;
create index sessions_by_end on sessions (ends_at);

update tokens set session_id = (select k.session_id from kept_references k where k.token_id = tokens.id)
  where id in (select token_id from kept_references);
drop table kept_references;

-- An agent token is the one secret that can be read again: `sealed` is it under the master key.
alter table tokens add column project_id integer references projects (id) on delete cascade;
alter table tokens add column sealed text;
create unique index tokens_one_agent on tokens (project_id) where kind = 'agent' and revoked_at is null;
create index tokens_live_by_person on tokens (person_id) where kind in ('api', 'one-time') and revoked_at is null;
