//! How several bots share one Postgres: chats are in partitions, and a partition is a session lock.
//!
//! The locks are held by the connection on which a bot works. So a bot that loses the connection loses the locks and
//! the transaction under way, at the same moment and without any clock, and another takes over. Bots see each other in
//! `pg_locks`; each takes its part of the partitions, and gives back any surplus between two batches.
//!
//! A bot on SQLite is alone and has them all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use tokio::sync::{OwnedMutexGuard, watch};

use crate::chat::ChatId;
use crate::clock::DatabaseClock;
use crate::time::Timestamp;

/// How many partitions there are: the bits of a mask.
const N_PARTITIONS: u32 = 64;
/// Locks of the bot that polls and of the one that does the one-time work, beside those of the partitions.
const RECEIVER: u32 = 64;
const LEADER: u32 = 65;
/// Held by every bot, together with the others; the number of its format is added to it.
const PRESENT: i32 = 1_000;
/// The format of events, states and requests in the database. To be raised when an older faqbot would misread what
/// this one writes: it leaves such rows to the newer one.
pub const FORMAT: i64 = 3;

/// How often a bot checks how many there are, and shows that it is alive.
pub(crate) const LOOK: Duration = Duration::from_millis(400);
/// A connection silent for this long is given up by the server: its bot hangs, or its network does.
pub(super) const SILENCE_MS: u64 = 5_000;

/// What belongs to a bot at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Another number: the connection was lost, and with it everything that was its own.
    pub(crate) epoch: u64,
    /// A bit for each partition.
    pub(crate) mask: u64,
    /// It is the one that polls, where updates are polled.
    pub receives: bool,
    /// It does the one-time work: menus, webhook, upkeep, news for the owners.
    pub leads: bool,
}

impl Share {
    const ALL: Share = Share { epoch: 0, mask: u64::MAX, receives: true, leads: true };
    const NONE: Share = Share { epoch: 0, mask: 0, receives: false, leads: false };

    pub(crate) fn holds(&self, chat: ChatId) -> bool {
        self.mask & bit(chat) != 0
    }
}

/// The partition of a chat, as a mask. The statements of this room use the same: `chat & 63`.
pub(crate) fn bit(chat: ChatId) -> u64 {
    1 << (chat.0 & i64::from(N_PARTITIONS - 1))
}

/// One bot's part in the work on a database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Shares(Arc<Inner>);

impl std::fmt::Debug for Shares {
    /// Without the URL, which may hold a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Shares").field(&self.now()).finish()
    }
}

struct Inner {
    line: Option<Arc<tokio::sync::Mutex<Line>>>,
    options: Option<(AnyConnectOptions, String)>,
    /// Distinguishes the locks of one schema from those of another in the same database.
    class: i32,
    schema: i32,
    users: Mutex<Users>,
    share: watch::Sender<Share>,
    clock: DatabaseClock,
}

/// Which partitions the parts of this bot work on. One is given back when none of them does any more.
#[derive(Debug, Default)]
struct Users {
    engine: u64,
    sender: u64,
}

/// The connection that holds the locks.
#[derive(Debug, Default)]
pub(super) struct Line {
    connection: Option<AnyConnection>,
    epoch: u64,
    /// The locks that it holds.
    held: u64,
    /// Its number at the server, and since when.
    session: Option<(i32, String)>,
    /// A transaction was aborted in it.
    is_dirty: bool,
    /// A newer bot was there at the last look.
    is_outdone: bool,
}

/// A transaction on the connection that holds the locks.
pub(super) struct Owned {
    line: OwnedMutexGuard<Line>,
    is_open: bool,
}

impl Owned {
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        self.line.connection.as_mut().expect("a transaction was begun on it")
    }

    pub(super) async fn end(mut self, statement: &'static str) -> sqlx::Result<()> {
        self.connection().execute(statement).await?;
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.line.is_dirty |= self.is_open;
    }
}

impl Line {
    /// Forgets the connection; the locks go with it.
    fn give_up(&mut self) {
        self.connection = None;
        self.is_dirty = false;
        self.held = 0;
        self.epoch += 1;
    }

    async fn tidy(&mut self) -> sqlx::Result<()> {
        if std::mem::take(&mut self.is_dirty)
            && let Some(connection) = &mut self.connection
        {
            connection.execute("ROLLBACK").await?;
        }
        Ok(())
    }
}

impl Shares {
    /// For a database that belongs to one bot alone.
    pub(super) fn all() -> Shares {
        Shares::with(None, Share::ALL, 0, 0)
    }

    /// For a database that several may share. It owns nothing before [`Shares::look`].
    pub(super) fn shared(options: AnyConnectOptions, url: String, class: i32, schema: i32) -> Shares {
        Shares::with(Some((options, url)), Share::NONE, class, schema)
    }

    fn with(options: Option<(AnyConnectOptions, String)>, share: Share, class: i32, schema: i32) -> Shares {
        Shares(Arc::new(Inner {
            line: options.is_some().then(Arc::default),
            options,
            class,
            schema,
            users: Mutex::default(),
            share: watch::Sender::new(share),
            clock: DatabaseClock::default(),
        }))
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Share> {
        self.0.share.subscribe()
    }

    pub(crate) fn now(&self) -> Share {
        *self.0.share.borrow()
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.0.line.is_some()
    }

    /// The database, and the channel on which bots notify each other of what they have stored.
    pub(super) fn listening(&self) -> Option<(String, String)> {
        let (_, url) = self.0.options.as_ref()?;
        Some((url.clone(), format!("faqbot_{}", u32::from_ne_bytes(self.0.class.to_ne_bytes()))))
    }

    /// The time that all bots on this database use, once there has been a [`Shares::look`].
    pub(crate) fn clock(&self) -> DatabaseClock {
        self.0.clock.clone()
    }

    fn users(&self) -> MutexGuard<'_, Users> {
        self.0.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine works on this share from now on, and on nothing else.
    pub(crate) fn take_for_engine(&self) -> Share {
        // The share does not change while this is held.
        let mut users = self.users();
        let share = self.now();
        users.engine = share.mask;
        share
    }

    /// The sender works on this share from now on, and on what it has not finished yet.
    pub(crate) fn take_for_sender(&self, unfinished: u64) -> Share {
        let mut users = self.users();
        let share = self.now();
        users.sender = share.mask | unfinished;
        share
    }

    /// As [`Shares::take_for_sender`], of a share that it works on already.
    pub(crate) fn sender_has(&self, mask: u64) {
        self.users().sender = mask;
    }

    fn publish(&self, share: Share) {
        let _users = self.users();
        self.0.share.send_if_modified(|was| std::mem::replace(was, share) != share);
    }

    /// Begins a transaction on the connection that holds the locks of a share. None: this database belongs to one bot.
    pub(super) async fn begin(&self, epoch: u64) -> anyhow::Result<Option<Owned>> {
        let Some(line) = &self.0.line else { return Ok(None) };
        let mut line = line.clone().lock_owned().await;
        anyhow::ensure!(
            line.epoch == epoch && line.connection.is_some(),
            "the connection that held the locks is lost"
        );
        let begun = match line.tidy().await {
            Ok(()) => match &mut line.connection {
                Some(connection) => connection.execute("BEGIN").await.map(|_| ()),
                None => Ok(()),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = begun {
            line.give_up();
            self.publish(Share { epoch: line.epoch, ..Share::NONE });
            return Err(error).context("beginning a transaction");
        }
        Ok(Some(Owned { line, is_open: true }))
    }

    /// Checks who else is there; takes what is free and due, gives back any surplus.
    ///
    /// # Errors
    ///
    /// When the database does not answer. Everything is lost then, and taken again with the next look.
    pub(crate) async fn look(&self) -> anyhow::Result<()> {
        let Some(line) = &self.0.line else { return Ok(()) };
        let mut line = line.lock().await;
        let looked = tokio::time::timeout(Duration::from_millis(SILENCE_MS), self.look_on(&mut line)).await;
        let error = match looked {
            Ok(Ok(share)) => {
                self.publish(share);
                return Ok(());
            }
            Ok(Err(error)) => error,
            Err(_) => anyhow::anyhow!("no answer within {SILENCE_MS} ms"),
        };
        line.give_up();
        self.publish(Share { epoch: line.epoch, ..Share::NONE });
        Err(error.context("sharing the work"))
    }

    async fn look_on(&self, line: &mut Line) -> anyhow::Result<Share> {
        if line.connection.is_none() {
            self.connect(line).await?;
        }
        line.tidy().await?;
        let class = self.0.class;
        let connection = line.connection.as_mut().expect("it is there by now");
        // What `pg_locks` shows of locks with two numbers: <https://www.postgresql.org/docs/current/view-pg-locks.html>.
        let begin = Instant::now();
        let sql = format!(
            "SELECT objid::int8 AS lock, pid, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS INT8) AS now \
             FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::int8 = {} \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            u32::from_ne_bytes(class.to_ne_bytes())
        );
        let rows = connection.fetch_all(AssertSqlSafe(sql)).await?;
        let mut taken = 0_u128;
        let mut newest = PRESENT;
        let mut present = Vec::new();
        for row in &rows {
            let lock: i64 = row.try_get("lock")?;
            let pid: i32 = row.try_get("pid")?;
            self.0.clock.set(Timestamp(row.try_get("now")?), begin);
            match u32::try_from(lock) {
                Ok(lock @ 0..=LEADER) => taken |= 1 << lock,
                _ => {
                    let version = i32::try_from(lock).unwrap_or(PRESENT);
                    newest = newest.max(version);
                    present.push((version, pid));
                }
            }
        }
        let ours = PRESENT + i32::try_from(FORMAT).unwrap_or(0);
        // A newer bot may have written what this one cannot read; it takes all the work.
        let is_newest = newest <= ours;
        let n_present = present.iter().filter(|(version, _)| *version == ours).count();
        let due = if is_newest { fair_share(n_present) } else { 0 };
        if std::mem::replace(&mut line.is_outdone, !is_newest) == is_newest {
            match is_newest {
                false => tracing::info!("a newer faqbot works on this database: it takes over all chats"),
                true => tracing::info!("no newer faqbot works on this database any more: this one goes on"),
            }
        }

        let was = *self.0.share.borrow();
        let mut mask = line.held;
        let mut roles = (was.receives && is_newest, was.leads && is_newest);
        let mut wanted: Vec<u32> = Vec::new();
        if mask.count_ones() > due {
            mask = keep(mask, due);
        } else {
            let room = usize::try_from(due - mask.count_ones()).unwrap_or(0);
            let first = line.session.as_ref().map_or(0, |(pid, _)| pid.unsigned_abs().wrapping_mul(23));
            let turned = (0..N_PARTITIONS).map(|n| (first + n) % N_PARTITIONS);
            wanted.extend(turned.filter(|n| taken & (1 << n) == 0).take(room));
        }
        if is_newest {
            wanted.extend([RECEIVER, LEADER].into_iter().filter(|lock| taken & (1 << lock) == 0));
        }
        if !wanted.is_empty() {
            let list: Vec<String> = wanted.iter().map(u32::to_string).collect();
            let sql = format!(
                "SELECT lock FROM unnest(ARRAY[{}]) AS lock WHERE pg_try_advisory_lock({class}, lock)",
                list.join(",")
            );
            for row in connection.fetch_all(AssertSqlSafe(sql)).await? {
                match u32::try_from(row.try_get::<i32, _>("lock")?)? {
                    RECEIVER => roles.0 = true,
                    LEADER => roles.1 = true,
                    partition => {
                        line.held |= 1 << partition;
                        mask |= 1 << partition;
                    }
                }
            }
        }
        let share = Share { epoch: line.epoch, mask, receives: roles.0, leads: roles.1 };
        self.publish(share);
        // Given back when nothing here works on it any more.
        let unused = {
            let users = self.users();
            line.held & !(mask | users.engine | users.sender)
        };
        let free = to_give_back(unused, was, share);
        if !free.is_empty() {
            let list: Vec<String> = free.iter().map(u32::to_string).collect();
            let sql = format!(
                "SELECT pg_advisory_unlock({class}, lock) FROM unnest(ARRAY[{}]) AS lock",
                list.join(",")
            );
            connection.execute(AssertSqlSafe(sql)).await?;
            line.held &= !unused;
        }
        Ok(share)
    }

    async fn connect(&self, line: &mut Line) -> anyhow::Result<()> {
        let (options, _) = self.0.options.as_ref().expect("it is shared");
        let mut connection = options.connect().await?;
        if let Some(ghost) = line.session.take() {
            // The former connection may still seem alive to the server, with all its locks.
            let (pid, since) = ghost;
            let sql = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE pid = {pid} AND backend_start::text = '{since}'"
            );
            let _ = connection.execute(AssertSqlSafe(sql)).await;
        }
        let settings = format!(
            "SET idle_in_transaction_session_timeout = {SILENCE_MS}; SET idle_session_timeout = {SILENCE_MS}; \
             SET tcp_user_timeout = {SILENCE_MS}; SET statement_timeout = {}",
            6 * SILENCE_MS
        );
        connection.execute(AssertSqlSafe(settings)).await?;
        let (class, schema) = (self.0.class, self.0.schema);
        let ours = PRESENT + i32::try_from(FORMAT).unwrap_or(0);
        let sql = format!(
            "SELECT pg_backend_pid() AS pid, \
             (SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS since, \
             CASE WHEN pg_try_advisory_lock_shared({ALONE}, {schema}) THEN 1 ELSE 0 END AS free, \
             CASE WHEN pg_try_advisory_lock_shared({class}, {ours}) THEN 1 ELSE 0 END AS present"
        );
        let row = connection.fetch_one(AssertSqlSafe(sql)).await?;
        let free: i32 = row.try_get("free")?;
        line.session = Some((row.try_get("pid")?, row.try_get("since")?));
        anyhow::ensure!(
            free == 1,
            "a faqbot that works alone is on the database; this one waits until it stops"
        );
        line.connection = Some(connection);
        line.held = 0;
        line.epoch += 1;
        Ok(())
    }

    /// Releases everything at once, so that others need not wait.
    pub(super) async fn close(&self) {
        let Some(line) = &self.0.line else { return };
        let mut line = line.lock().await;
        let connection = line.connection.take();
        line.give_up();
        self.publish(Share { epoch: line.epoch, ..Share::NONE });
        if let Some(mut connection) = connection {
            // The server ends a closed connection in its own time; unlocking frees the locks at once. The connection
            // may be broken; then there is nothing to unlock or to close.
            let _ = connection.execute("SELECT pg_advisory_unlock_all()").await;
            let _ = connection.close().await;
        }
    }
}

/// The first number of the lock held by bots of versions in which only one could use a database: "faqb".
const ALONE: i32 = 1_717_661_026;

/// How many partitions are due to each of `n` bots.
fn fair_share(n: usize) -> u32 {
    N_PARTITIONS.div_ceil(u32::try_from(n.max(1)).unwrap_or(N_PARTITIONS))
}

/// The locks of unused partitions, and of the roles that a bot no longer has. Postgres warns of each that it does not hold.
fn to_give_back(unused: u64, was: Share, share: Share) -> Vec<u32> {
    let roles = [(RECEIVER, was.receives && !share.receives), (LEADER, was.leads && !share.leads)];
    let partitions = (0..N_PARTITIONS).filter(|n| unused & (1 << n) != 0);
    partitions.chain(roles.into_iter().filter_map(|(lock, is_given)| is_given.then_some(lock))).collect()
}

/// `n` of the partitions of a mask.
fn keep(mask: u64, n: u32) -> u64 {
    let bits = (0..N_PARTITIONS).filter(|bit| mask & (1 << bit) != 0);
    bits.take(usize::try_from(n).unwrap_or(usize::MAX)).fold(0, |kept, bit| kept | 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::scratch::schema;

    #[test]
    fn partitions_are_shared_evenly() {
        assert_eq!([1, 2, 3, 5, 64, 100].map(fair_share), [64, 32, 22, 13, 1, 1]);
        assert_eq!(keep(0b1011, 2), 0b11);
        assert_eq!(keep(0b1011, 9), 0b1011);
        assert_eq!(keep(u64::MAX, 0), 0);
    }

    #[test]
    fn a_role_is_given_back_once() {
        assert_eq!(to_give_back(0b101, Share::ALL, Share::NONE), [0, 2, RECEIVER, LEADER]);
        assert_eq!(to_give_back(0, Share::NONE, Share::NONE), [0; 0]);
        assert_eq!(to_give_back(0, Share::ALL, Share::ALL), [0; 0]);
    }

    #[test]
    fn every_chat_has_a_partition() {
        assert_eq!(bit(ChatId(63)), 1 << 63);
        assert_eq!(bit(ChatId(64)), 1);
        assert_eq!(bit(ChatId(-1)), 1 << 63);
        assert!(Share::ALL.holds(ChatId(-1_001_234_567_890)));
    }

    /// Two bots on one Postgres, where there is one to test on.
    async fn two() -> Option<(crate::storage::Storage, crate::storage::Storage, String)> {
        let (url, server) = schema().await?;
        let open = async || crate::storage::Storage::open_alone(&url).await.expect("it can be shared");
        Some((open().await, open().await, server))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn bots_start_beside_others_at_once_and_later() {
        let Some((url, _)) = schema().await else { return };
        let start = async move |url: String| {
            let bot = crate::storage::Storage::open_alone(&url).await.expect("it can be shared");
            // From here on it holds its locks for as long as it runs.
            bot.shares().look().await.expect("the database is there");
            bot
        };
        let mut starts = tokio::task::JoinSet::new();
        for _ in 0..6 {
            starts.spawn(start(url.clone()));
        }
        let limit = Duration::from_secs(20);
        let running = tokio::time::timeout(limit, starts.join_all()).await;
        let running = running.expect("none waits for another to stop");
        tokio::time::timeout(limit, start(url)).await.expect("it does not wait for the others to stop");
        assert_eq!(running.len(), 6);
    }

    /// Looks in turn until nothing changes any more.
    async fn settle(bots: &[&crate::storage::Storage]) {
        for _ in 0..4 {
            for bot in bots {
                bot.shares().look().await.expect("the database is there");
                bot.shares().take_for_engine();
                bot.shares().take_for_sender(0);
            }
        }
    }

    #[tokio::test]
    async fn two_bots_share_and_one_takes_over() {
        let Some((first, second, _)) = two().await else { return };
        settle(&[&first]).await;
        assert_eq!(first.shares().now().mask, u64::MAX, "who is alone has all");
        settle(&[&first, &second]).await;
        let (a, b) = (first.shares().now(), second.shares().now());
        assert_eq!((a.mask.count_ones(), b.mask.count_ones(), a.mask & b.mask), (32, 32, 0));
        assert!(a.leads && a.receives && !b.leads && !b.receives, "{a:?} {b:?}");
        first.close().await;
        settle(&[&second]).await;
        let b = second.shares().now();
        assert!(b.mask == u64::MAX && b.leads && b.receives, "{b:?}");
    }

    #[tokio::test]
    async fn a_partition_in_use_is_not_given_back() {
        let Some((first, second, _)) = two().await else { return };
        settle(&[&first]).await;
        // Its sender still has something under way everywhere.
        for _ in 0..4 {
            first.shares().look().await.expect("it is there");
            first.shares().take_for_engine();
            first.shares().take_for_sender(u64::MAX);
            second.shares().look().await.expect("it is there");
        }
        assert_eq!((first.shares().now().mask.count_ones(), second.shares().now().mask), (32, 0));
        settle(&[&first, &second]).await;
        assert_eq!(second.shares().now().mask, !first.shares().now().mask);
    }

    #[tokio::test]
    async fn who_loses_the_connection_can_write_nothing_for_its_chats() {
        let Some((first, second, server)) = two().await else { return };
        settle(&[&first]).await;
        let share = first.shares().now();
        first.begin_with(share).await.expect("it is its own").commit().await.expect("committed");
        let pid = first.shares().0.line.as_ref().expect("shared").lock().await.session.clone();
        let (pid, _) = pid.expect("connected");
        let mut operator = AnyConnection::connect(&server).await.expect("it can be reached");
        let sql = format!("SELECT pg_terminate_backend({pid}, 5000)");
        operator.execute(AssertSqlSafe(sql)).await.expect("it may");
        settle(&[&second]).await;
        assert_eq!(second.shares().now().mask, u64::MAX, "the other one takes over");
        assert!(first.begin_with(share).await.is_err());
        assert!(first.shares().look().await.is_ok(), "and the first is a bot like any other again");
        assert!(first.begin_with(share).await.is_err(), "with another share");
        settle(&[&first, &second]).await;
        assert_eq!(first.shares().now().mask, !second.shares().now().mask);
    }

    /// Places in the common pace are handed out once, and never more than a set number in a second.
    #[tokio::test]
    async fn all_bots_together_keep_one_pace() {
        let Some((first, second, _)) = two().await else { return };
        let mut all = Vec::new();
        for (round, bot) in [&first, &second, &second, &first, &second].into_iter().enumerate() {
            let now = Timestamp(1_000_000 + i64::try_from(round).expect("small") * 100);
            let mut it = bot.begin().await.expect("begun");
            all.extend(it.places(25, 30, now).await.expect("taken"));
            it.commit().await.expect("committed");
        }
        all.sort();
        for window in all.windows(31) {
            assert!(window[30].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
        assert_eq!(all[0], Timestamp(1_000_000));
        assert!(all[124] <= Timestamp(1_004_500), "{:?}", all[124]);
    }
}
