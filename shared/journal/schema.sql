-- The journal: see ARCHITECTURE.md, "Runs and the journal". Written by hand because drizzle knows neither partitions nor functions.
-- flusher: application_name of the connection that the worker's flushes go through
-- flushes: number of the last flush that committed. It makes each flush a compare-and-swap, so one whose answer was lost is never stored twice.
create table journal_worker (
  id int generated always as identity primary key,
  epoch int not null default 1,
  pid int,
  host text,
  seen timestamptz not null default now(),
  alive boolean not null default true,
  flusher text,
  flushes bigint not null default 0
) with (fillfactor = 50);
--> statement-breakpoint
-- status: 0 ready, 1 running, 2 waiting, 7 cancelled, 8 failed, 9 completed
-- attempts: executions in a row that ended in the death of their worker without a new event, or in an error
-- failure: why the journal itself failed the run (code and message); null otherwise
-- cancel_at: when somebody asked for the run to be cancelled; whoever owns it then or next ends it
create table run (
  id bigint primary key,
  kind text not null,
  app_id text not null,
  subject_id text not null default '',
  subject_version text not null default '',
  status smallint not null default 0,
  attempts smallint not null default 0,
  worker int,
  epoch int not null default 0,
  wake_at timestamptz not null default now(),
  wait_key text,
  seq int not null default 0,
  failure text,
  cancel_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz
) with (fillfactor = 80);
--> statement-breakpoint
create index run_ready on run (kind, wake_at, id) where status in (0, 2);
--> statement-breakpoint
create index run_wait on run (wait_key, id) where status = 2;
--> statement-breakpoint
create index run_owned on run (worker) where status = 1;
--> statement-breakpoint
create index run_cancelled on run (worker) where status = 1 and cancel_at is not null;
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
-- Opens every flush. A worker that was taken over gets JR001 and can commit nothing more; a flush that is stored already gets JR002.
create function fence(w int, e int, flush bigint) returns void language plpgsql as $$
begin
  update journal_worker set flushes = flush, seen = now()
  where id = w and epoch = e and alive and flushes = flush - 1;
  if found then return; end if;
  perform 1 from journal_worker where id = w and epoch = e and alive and flushes = flush;
  if found then
    raise exception 'flush % is stored already', flush using errcode = 'JR002';
  end if;
  raise exception 'fenced' using errcode = 'JR001';
end $$;
--> statement-breakpoint
-- The run rows of one flush: new runs, changes of state, and the first sign of life of claimed runs (a claim is not synced to disk, so it may
-- have been lost in a crash of the server and the run given to another). JR003 lists, as its detail, the runs that are not this worker's.
create function write_runs(w int, changes json) returns void language plpgsql as $$
declare lost text;
begin
  insert into run (id, kind, app_id, subject_id, subject_version, status, worker, seq, wake_at, wait_key, finished_at)
  select i.id, i.kind, i.app_id, i.subject_id, i.subject_version, i.status, case when i.status = 1 then w end, i.seq,
    coalesce(i.wake_at, now()), i.wait_key, case when i.status >= 7 then now() end
  from json_to_recordset(changes -> 'inserts') as i(
    id bigint, kind text, app_id text, subject_id text, subject_version text, status smallint, seq int, wake_at timestamptz, wait_key text);

  with wanted as materialized (
    select * from json_to_recordset(changes -> 'updates') as u(
      id bigint, epoch int, status smallint, seq int, wake_at timestamptz, wait_key text, failed boolean)
  ), done as (
    -- One that is to be cancelled does not wait: it is claimed at once, and ended.
    update run set status = case when u.status = 2 and run.cancel_at is not null then 0 else u.status end, seq = u.seq, worker = null,
      wake_at = case when run.cancel_at is not null then run.created_at else coalesce(u.wake_at, run.created_at) end,
      wait_key = case when run.cancel_at is null then u.wait_key end,
      attempts = case when u.failed then run.attempts + 1 when u.status = 2 then 0 else run.attempts end,
      finished_at = case when u.status >= 7 then now() end
    from wanted u where run.id = u.id and run.worker = w and run.epoch = u.epoch and run.status = 1
    returning run.id
  )
  select string_agg(id::text, ',') into lost from (
    select id from wanted where id not in (select id from done)
    union all
    select c.id from json_to_recordset(changes -> 'claims') as c(id bigint, epoch int)
    where not exists (
      select 1 from run where run.id = c.id and run.worker = w and run.epoch = c.epoch and run.status = 1)
  ) missing;
  if lost is not null then
    raise exception 'runs taken over' using errcode = 'JR003', detail = lost;
  end if;
end $$;
--> statement-breakpoint
-- Lets the old worker's flush in flight end (row lock); after that nothing of it can commit, and its runs are claimable ahead of the queue.
-- A worker that froze between the parts of a flush would hold the lock for ever: its connection is ended then, and that flush, which nobody
-- was told of, with it.
-- A run that got no further since its row was last written counts one more attempt; one that did starts counting anew.
create function takeover(w int) returns int language plpgsql as $$
declare
  c int;
  patience text := current_setting('lock_timeout');
begin
  begin
    perform set_config('lock_timeout', '250ms', true);
    perform 1 from journal_worker where id = w for update;
  exception when lock_not_available then
    perform pg_terminate_backend(a.pid) from pg_stat_activity a
    join journal_worker j on a.application_name = j.flusher and a.datname = current_database() where j.id = w;
    perform set_config('lock_timeout', patience, true);
    perform 1 from journal_worker where id = w for update;
  end;
  perform set_config('lock_timeout', patience, true);
  update journal_worker set alive = false, epoch = epoch + 1 where id = w and alive;
  update run set status = 0, worker = null, wake_at = run.created_at,
    attempts = case when stored.length > run.seq then 1 else least(run.attempts, 1000) + 1 end,
    seq = greatest(stored.length, run.seq)
  from run as owned, lateral (
    select coalesce((select j.seq + j.n from journal j where j.run_id = owned.id order by j.seq desc limit 1), 0) as length
  ) stored
  where owned.worker = w and owned.status = 1 and run.id = owned.id;
  get diagnostics c = row_count;
  return c;
end $$;
--> statement-breakpoint
-- Asks for a run to be cancelled and returns its status then; null when there is no such run. Its owner looks for such runs every second; one
-- that nobody owns becomes claimable at once. Synced to disk: who asked is told that it will happen.
create function cancel_run(r bigint) returns smallint language plpgsql as $$
declare s smallint;
begin
  perform set_config('synchronous_commit', 'on', true);
  update run set cancel_at = coalesce(cancel_at, now()),
    status = case when status = 1 then 1 else 0 end,
    wake_at = case when status = 1 then wake_at else created_at end,
    wait_key = case when status = 1 then wait_key end
  where id = r and status in (0, 1, 2) returning status into s;
  if not found then select status into s from run where id = r; end if;
  return s;
end $$;
