//! The chats' states and timers.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context as _;

use super::signs::is_newer;
use super::{FORMAT, Transaction, column, padded, parameters, rows_of_parameters};
use crate::chat::{ChatId, Conversation, PersonId};
use crate::time::Timestamp;

/// A chat's state, to be written.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    pub chat: ChatId,
    pub conversation: &'a Conversation,
}

/// Why a state cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer faqbot has written it, and goes on with it.
    Newer,
    Damaged(String),
}

impl Transaction {
    /// The states of these chats. An unknown one is missing; one that cannot be read is an error
    /// with the reason.
    pub async fn conversations(
        &mut self,
        chats: &[ChatId],
    ) -> anyhow::Result<HashMap<ChatId, Result<Conversation, Unreadable>>> {
        if chats.is_empty() {
            return Ok(HashMap::new());
        }
        let chats = padded(chats.iter().map(|chat| chat.0));
        let sql =
            format!("SELECT chat, state, version FROM chats WHERE chat IN ({})", parameters(1, chats.len()));
        let select = chats.iter().fold(self.query_of(sql), |select, chat| select.bind(*chat));
        let rows = self.rows(select).await.context("reading the chats' states")?;
        rows.iter()
            .map(|row| {
                let state: String = column(row, "state")?;
                let conversation = if is_newer(column(row, "version")?) {
                    Err(Unreadable::Newer)
                } else {
                    serde_json::from_str(&state).map_err(|error| Unreadable::Damaged(error.to_string()))
                };
                Ok((ChatId(column(row, "chat")?), conversation))
            })
            .collect()
    }

    /// Writes the states of chats, and when each is due. A state equal to that of an unknown chat leaves no trace.
    pub async fn save(&mut self, stored: &[Stored<'_>]) -> anyhow::Result<()> {
        let never_heard_of = Conversation::default();
        let (blank, stored): (Vec<&Stored<'_>>, Vec<&Stored<'_>>) =
            stored.iter().partition(|it| *it.conversation == never_heard_of);
        if !blank.is_empty() {
            let sql = format!("DELETE FROM chats WHERE chat IN ({})", parameters(1, blank.len()));
            let delete = blank.iter().fold(self.query_of(sql), |delete, it| delete.bind(it.chat.0));
            self.execute(delete).await.context("deleting the chats' states")?;
        }
        if stored.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO chats (chat, state, due_at, version) VALUES {} ON CONFLICT (chat) DO UPDATE \
             SET state = excluded.state, due_at = excluded.due_at, version = excluded.version",
            rows_of_parameters(stored.len(), 4)
        );
        let mut insert = self.query_of(sql);
        for Stored { chat, conversation } in stored {
            let state = serde_json::to_string(conversation).context("writing a chat's state")?;
            insert = insert.bind(chat.0).bind(state).bind(conversation.due().map(|due| due.0)).bind(FORMAT);
        }
        self.execute(insert).await.context("writing the chats' states")?;
        Ok(())
    }

    /// The chats whose time will come, and when.
    pub async fn due(&mut self) -> anyhow::Result<Vec<(Timestamp, ChatId)>> {
        self.due_in(u64::MAX, Timestamp(i64::MAX)).await
    }

    /// The same of these partitions, as far as they are due by then.
    pub(crate) async fn due_in(
        &mut self,
        mask: u64,
        until: Timestamp,
    ) -> anyhow::Result<Vec<(Timestamp, ChatId)>> {
        let sql = "SELECT due_at, chat FROM chats WHERE due_at <= $2 \
             AND ($1 >> CAST(chat & 63 AS INT)) & 1 = 1 ORDER BY due_at";
        let select = sqlx::query(sql).bind(mask.cast_signed()).bind(until.0);
        let rows = self.rows(select).await.context("reading the timers")?;
        rows.iter().map(|row| Ok((Timestamp(column(row, "due_at")?), ChatId(column(row, "chat")?)))).collect()
    }

    /// Stops the timer of a chat without touching its state.
    pub async fn stop_timer(&mut self, chat: ChatId) -> anyhow::Result<()> {
        let update = sqlx::query("UPDATE chats SET due_at = NULL WHERE chat = $1").bind(chat.0);
        self.execute(update).await.context("stopping a timer")?;
        Ok(())
    }

    /// The chats in whose state a person's id occurs. A number that merely looks like it does no harm: the
    /// chat is asked to forget somebody it does not know.
    pub async fn chats_that_know(&mut self, person: PersonId) -> anyhow::Result<Vec<ChatId>> {
        let select = sqlx::query("SELECT chat FROM chats WHERE state LIKE $1 ORDER BY chat")
            .bind(format!("%{}%", person.0));
        let rows = self.rows(select).await.context("looking for a person")?;
        rows.iter().map(|row| Ok(ChatId(column(row, "chat")?))).collect()
    }

    /// Moves everything of a group to the id it has as a supergroup. Returns whether there was something to
    /// move: a second call for the same move finds nothing.
    ///
    /// The former messages stay behind, out of reach, so the keys of sent messages are dropped.
    pub async fn move_chat(&mut self, from: ChatId, to: ChatId) -> anyhow::Result<bool> {
        // A bot stepping the former group at this moment comes before, or finds it gone.
        self.hold_keys([from.0]).await?;
        let of = |sql: &'static str| sqlx::query(sql).bind(from.0);
        let known = self.rows(of("SELECT chat FROM chats WHERE chat = $1")).await?;
        if !known.is_empty() {
            self.execute(sqlx::query("DELETE FROM chats WHERE chat = $1").bind(to.0)).await?;
        }
        let mut moved = !known.is_empty();
        for sql in [
            "UPDATE chats SET chat = $2 WHERE chat = $1",
            "UPDATE inbox SET chat = $2 WHERE chat = $1 AND done_at IS NULL",
            "UPDATE outbox SET chat = $2 WHERE chat = $1",
            "UPDATE polls SET chat = $2 WHERE chat = $1",
            "UPDATE scores SET chat = $2 WHERE chat = $1",
        ] {
            moved |= self.execute(of(sql).bind(to.0)).await? > 0;
        }
        let insert = "INSERT INTO moves (chat, moved_to) VALUES ($1, $2) \
             ON CONFLICT (chat) DO UPDATE SET moved_to = excluded.moved_to";
        self.execute(of(insert).bind(to.0)).await?;
        for sql in ["DELETE FROM sent WHERE chat = $1", "DELETE FROM feedback WHERE chat = $1"] {
            self.execute(of(sql)).await?;
        }
        Ok(moved)
    }

    /// Fails if one of these chats has moved to another id in the meantime, and lets none move before the commit. Only
    /// another bot on the same database can have done that.
    pub(crate) async fn stay(&mut self, chats: &[ChatId]) -> anyhow::Result<()> {
        if !self.storage.shares.is_shared() {
            return Ok(());
        }
        // Those that may still become supergroups: <https://core.telegram.org/api/bots/ids>.
        let basic: Vec<ChatId> =
            chats.iter().copied().filter(|it| it.is_group() && it.0 > -1_000_000_000_000).collect();
        if basic.is_empty() {
            return Ok(());
        }
        self.hold_keys(basic.iter().map(|chat| chat.0)).await?;
        let moved = self.moves(basic.iter().copied()).await?;
        anyhow::ensure!(moved.is_empty(), "a group has become a supergroup, which another faqbot has");
        Ok(())
    }

    /// Which of these chats have another id now. A private chat never gets one, so none is looked up.
    pub(super) async fn moves(
        &mut self,
        chats: impl Iterator<Item = ChatId>,
    ) -> anyhow::Result<HashMap<ChatId, ChatId>> {
        let chats: BTreeSet<i64> = chats.filter(|chat| chat.is_group()).map(|chat| chat.0).collect();
        if chats.is_empty() {
            return Ok(HashMap::new());
        }
        let chats = padded(chats);
        let sql = format!("SELECT chat, moved_to FROM moves WHERE chat IN ({})", parameters(1, chats.len()));
        let select = chats.iter().fold(self.query_of(sql), |select, chat| select.bind(*chat));
        let rows = self.rows(select).await.context("reading which groups have moved")?;
        rows.iter().map(|row| Ok((ChatId(column(row, "chat")?), ChatId(column(row, "moved_to")?)))).collect()
    }
}
