//! What all bots on one database have to know, and how they notify each other.

use anyhow::Context as _;
use sqlx::postgres::PgListener;
use tokio::sync::mpsc;

use super::{Dialect, FORMAT, OpenError, Storage, Transaction, Waiting, column};
use crate::chat::ChatId;
use crate::stable_hash::stable_hash;
use crate::time::Timestamp;

/// How many rows a message names: Postgres takes 8,000 bytes.
const PER_MESSAGE: usize = 100;

impl Storage {
    /// Passes on what other bots report to have stored. Never ends; without others there is nothing to report.
    pub(crate) async fn listen(&self, notices: mpsc::UnboundedSender<Vec<Waiting>>) {
        let Some((url, channel)) = self.shares.listening() else { return std::future::pending().await };
        loop {
            match PgListener::connect(&url).await {
                Ok(mut listener) => {
                    if let Err(error) = hand_on(&mut listener, &channel, &notices).await {
                        tracing::debug!("cannot listen to the database: {error}");
                    }
                }
                Err(error) => tracing::debug!("cannot listen to the database: {error}"),
            }
            // Anything missed is read within a second.
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    }

    /// Notes the owner of the database, so that two bots do not take each other's chats for their own.
    ///
    /// # Errors
    ///
    /// When it belongs to another bot, or cannot be read.
    pub async fn claim(&self, bot: i64) -> anyhow::Result<()> {
        let mut it = self.begin().await?;
        let insert = "INSERT INTO signs (name, sign) VALUES ('bot', $1) ON CONFLICT (name) DO NOTHING";
        it.execute(sqlx::query(insert).bind(bot.to_string())).await.context("noting whose database it is")?;
        let owner = it.sign("bot").await?.unwrap_or_default();
        it.commit().await?;
        anyhow::ensure!(
            owner == bot.to_string(),
            "this database belongs to the bot with the number {owner}, and the token is that of {bot}: \
             give each bot a DATABASE_URL of its own"
        );
        Ok(())
    }

    /// When updates came in last, as the bot that polls has noted it.
    pub(crate) async fn received_at(&self) -> anyhow::Result<Option<Timestamp>> {
        let sign = self.look().await?.sign("receiving").await?;
        Ok(sign.and_then(|sign| sign.parse().ok()).map(Timestamp))
    }

    /// Notes which version of the folder the bot that leads answers from.
    pub(crate) async fn note_folder(&self, version: &str) -> anyhow::Result<()> {
        self.look().await?.put_sign("folder", version).await.context("noting the version of the folder")
    }

    /// The version of the folder that the bot that leads has noted.
    pub(crate) async fn noted_folder(&self) -> anyhow::Result<Option<String>> {
        self.look().await?.sign("folder").await
    }

    /// What Telegram shows of the bot, as last noted.
    pub async fn shown_menus(&self) -> anyhow::Result<Option<String>> {
        self.look().await?.sign("menus").await
    }

    /// Notes what Telegram shows of the bot.
    pub(crate) async fn menus_are_shown(&self, menus: &str) -> anyhow::Result<()> {
        self.look().await?.put_sign("menus", menus).await.context("noting which menus are shown")
    }

    /// Notes that updates come in.
    pub(crate) async fn receiving(&self, now: Timestamp) -> anyhow::Result<()> {
        let mut it = self.look().await?;
        it.put_sign("receiving", &now.0.to_string()).await.context("noting that updates come in")
    }
}

async fn hand_on(
    listener: &mut PgListener,
    channel: &str,
    notices: &mpsc::UnboundedSender<Vec<Waiting>>,
) -> sqlx::Result<()> {
    listener.listen(channel).await?;
    loop {
        let message = listener.recv().await?;
        if notices.send(read_message(message.payload())).is_err() {
            return Ok(());
        }
    }
}

fn write_message(rows: &[Waiting]) -> String {
    let row = |row: &Waiting| {
        let update = row.update_id.map(|id| id.to_string()).unwrap_or_default();
        format!("{},{},{update}", row.seq, row.chat.0)
    };
    rows.iter().map(row).collect::<Vec<_>>().join(";")
}

fn read_message(message: &str) -> Vec<Waiting> {
    let row = |row: &str| {
        let mut numbers = row.split(',').map(str::parse);
        let (seq, chat) = (numbers.next()?.ok()?, ChatId(numbers.next()?.ok()?));
        Some(Waiting { seq, chat, update_id: numbers.next().and_then(Result::ok) })
    };
    message.split(';').filter_map(row).collect()
}

impl Transaction {
    async fn sign(&mut self, name: &'static str) -> anyhow::Result<Option<String>> {
        let select = sqlx::query("SELECT sign FROM signs WHERE name = $1").bind(name);
        let rows = self.rows(select).await.context("reading what all bots know")?;
        rows.first().map(|row| column(row, "sign")).transpose()
    }

    async fn put_sign(&mut self, name: &'static str, sign: &str) -> anyhow::Result<()> {
        let sql = "INSERT INTO signs (name, sign) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET sign = excluded.sign";
        self.execute(sqlx::query(sql).bind(name).bind(sign.to_owned())).await?;
        Ok(())
    }

    /// Notifies the other bots of rows that are theirs; the notice arrives with the commit.
    pub(super) async fn tell_others(&mut self, waiting: &[Waiting]) -> anyhow::Result<()> {
        if !self.storage.shares.is_shared() {
            return Ok(());
        }
        let share = self.storage.shares.now();
        let theirs: Vec<Waiting> = waiting.iter().copied().filter(|row| !share.holds(row.chat)).collect();
        for rows in theirs.chunks(PER_MESSAGE) {
            let channel = self.storage.shares.listening().map(|(_, channel)| channel).unwrap_or_default();
            let notify = sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)");
            self.execute(notify.bind(channel).bind(write_message(rows))).await.context("telling others")?;
        }
        Ok(())
    }

    /// Until the end of this transaction no other bot gets past the same call with one of these keys.
    pub(super) async fn hold_keys(&mut self, keys: impl IntoIterator<Item = i64>) -> anyhow::Result<()> {
        if self.storage.dialect == Dialect::Sqlite {
            return Ok(());
        }
        // All take them in the same order.
        let keys: std::collections::BTreeSet<i64> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = keys.iter().map(i64::to_string).collect();
        let sql = "SELECT CAST(pg_advisory_xact_lock(key) AS TEXT) \
             FROM unnest(CAST(string_to_array($1, ',') AS INT8[])) AS key";
        self.execute(sqlx::query(sql).bind(list.join(","))).await.context("waiting for another bot")?;
        Ok(())
    }

    pub(super) async fn hold_polls(&mut self, polls: impl IntoIterator<Item = &str>) -> anyhow::Result<()> {
        let keys: Vec<i64> = polls.into_iter().map(|poll| stable_hash(poll).cast_signed()).collect();
        self.hold_keys(keys).await
    }

    /// Until the end of this transaction no other bot writes to the folder. Reading a large folder takes seconds, in
    /// which this transaction is silent; a bot that hangs meanwhile holds up the others for a minute.
    pub(crate) async fn hold_folder(&mut self) -> anyhow::Result<()> {
        let patient = sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 60000");
        self.execute(patient).await.context("holding the folder")?;
        self.hold_keys([stable_hash("the folder").cast_signed()]).await
    }
}

/// Two sessions that share a connection have no locks of their own: a pooler hands out connections by transaction.
pub(super) async fn check_sessions(
    first: &mut sqlx::AnyConnection,
    second: &mut sqlx::AnyConnection,
    place: &str,
) -> Result<(), OpenError> {
    use sqlx::{Executor as _, Row as _};
    let pid = "SELECT pg_backend_pid() AS pid";
    let pooled = |_: sqlx::Error| OpenError::Pooled { place: place.to_owned() };
    let of = |row: sqlx::any::AnyRow| row.try_get::<i32, _>("pid");
    let before = of(first.fetch_one(pid).await.map_err(pooled)?).map_err(pooled)?;
    second.execute("BEGIN").await.map_err(pooled)?;
    let other = of(second.fetch_one(pid).await.map_err(pooled)?).map_err(pooled)?;
    let after = of(first.fetch_one(pid).await.map_err(pooled)?).map_err(pooled)?;
    second.execute("COMMIT").await.map_err(pooled)?;
    if before == other || before != after {
        return Err(OpenError::Pooled { place: place.to_owned() });
    }
    Ok(())
}

/// Whether a row was written by a newer bot, to whom it is left.
pub(super) fn is_newer(version: i64) -> bool {
    version > FORMAT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_understood() {
        let rows = [
            Waiting { seq: 1, chat: ChatId(-5), update_id: Some(7) },
            Waiting { seq: 2, chat: ChatId(6), update_id: None },
        ];
        assert_eq!(read_message(&write_message(&rows)), rows);
        assert_eq!(read_message("nonsense;1,2,3"), [Waiting { seq: 1, chat: ChatId(2), update_id: Some(3) }]);
    }
}
