-- The journal: see ARCHITECTURE.md, "Runs and the journal". Written by hand because drizzle knows neither partitions nor functions.
create table journal_worker (
  id int generated always as identity primary key,
  epoch int not null default 1,
  pid int,
  host text,
  seen timestamptz not null default now(),
  alive boolean not null default true
) with (fillfactor = 50);
--> statement-breakpoint
-- status: 0 ready, 1 running, 2 waiting, 7 cancelled, 8 failed, 9 completed
create table run (
  id bigint primary key,
  kind text not null,
  app_id text not null,
  subject_id text not null default '',
  subject_version text not null default '',
  status smallint not null default 0,
  worker int,
  epoch int not null default 0,
  wake_at timestamptz not null default now(),
  wait_key text,
  seq int not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz
) with (fillfactor = 80);
--> statement-breakpoint
create index run_ready on run (kind, wake_at, id) where status in (0, 2);
--> statement-breakpoint
create unique index run_wait on run (wait_key) where status = 2;
--> statement-breakpoint
create index run_owned on run (worker) where status = 1;
--> statement-breakpoint
create index run_by_app on run (app_id, id);
--> statement-breakpoint
create table journal (
  run_id bigint not null,
  seq int not null,
  n int not null,
  body bytea not null,
  primary key (run_id, seq)
) partition by range (run_id);
--> statement-breakpoint
create table journal_default partition of journal default;
--> statement-breakpoint
-- Rides in every flush: a worker that was taken over cannot commit anything more.
create function fence(w int, e int) returns void language plpgsql as $$
begin
  perform 1 from journal_worker where id = w and epoch = e and alive for share;
  if not found then
    raise exception 'fenced' using errcode = '55000';
  end if;
end $$;
--> statement-breakpoint
-- Waits for the old worker's flush in flight (row lock); after that nothing of it can commit, and its runs are claimable.
create function takeover(w int) returns int language plpgsql as $$
declare c int;
begin
  update journal_worker set alive = false, epoch = epoch + 1 where id = w and alive;
  update run set status = 0, worker = null, wake_at = created_at where worker = w and status = 1;
  get diagnostics c = row_count;
  return c;
end $$;
