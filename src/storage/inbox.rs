//! What has arrived and waits for its step.

use std::collections::HashMap;

use anyhow::Context as _;

use super::signs::is_newer;
use super::{
    FORMAT, Transaction, column, padded, parameters, rows_of_parameters, rows_that_begin_with, text,
};
use crate::chat::{ChatId, Event, Key};
use crate::time::Timestamp;

/// Something that happened, on its way into the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Telegram's number of the update; none for an event of the bot's own.
    pub update_id: Option<i64>,
    pub place: Place,
    pub event: Event,
}

/// The owner of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Chat(ChatId),
    /// A vote: it names its poll, which determines the chat. The event's own key is not known yet.
    Poll(String),
    /// A group became a supergroup.
    Moved {
        from: ChatId,
        to: ChatId,
    },
}

/// A row of the inbox that can be stepped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub seq: i64,
    pub chat: ChatId,
    /// Telegram's number of the update; none for an event of the bot's own.
    pub update_id: Option<i64>,
}

/// A waiting row, read back.
#[derive(Debug, Clone)]
pub struct Kept {
    pub seq: i64,
    pub update_id: Option<i64>,
    pub chat: ChatId,
    pub moved_from: Option<ChatId>,
    pub received_at: Timestamp,
    /// An error where the row cannot be read: it is damaged.
    pub event: Result<Event, String>,
    /// It was written by a newer faqbot, and is left to it.
    pub is_newer: bool,
}

/// Something that could not be read or stepped.
#[derive(Debug, PartialEq, Eq)]
pub struct SetAside {
    pub seq: i64,
    /// `update`, `event` (of the bot's own), `timer`, or `state` (of a chat).
    pub what: String,
    pub update_id: Option<i64>,
    pub chat: Option<ChatId>,
    pub at: Timestamp,
    pub reason: String,
}

impl Transaction {
    /// Stores what arrived. An update that was stored before changes nothing and is not among those returned.
    ///
    /// A vote in a poll that is not known to be sent (yet) is kept, but does not wait for a step: see
    /// [`Transaction::complete`].
    pub async fn receive(&mut self, arrivals: &[Arrival], now: Timestamp) -> anyhow::Result<Vec<Waiting>> {
        if arrivals.is_empty() {
            return Ok(Vec::new());
        }
        let polls = self.chats_of_polls(arrivals).await?;
        let rows = rows_that_begin_with(arrivals.len(), 8, |n| self.seq_place(n));
        let sql = format!(
            "INSERT INTO inbox (seq, update_id, chat, poll, moved_from, received_at, event, version) VALUES {rows} \
             ON CONFLICT (update_id) DO NOTHING RETURNING seq, chat, update_id"
        );
        let mut insert = self.query_of(sql);
        for arrival in arrivals {
            let seq = self.next_seq();
            let (chat, poll, from) = match &arrival.place {
                Place::Chat(chat) => (Some(*chat), None, None),
                Place::Poll(poll) => {
                    let poll = text(poll);
                    (polls.get(&poll).copied(), Some(poll), None)
                }
                Place::Moved { from, to } => (Some(*to), None, Some(from.0)),
            };
            let event = serde_json::to_string(&arrival.event).context("writing an event")?;
            insert = insert
                .bind(seq)
                .bind(arrival.update_id)
                .bind(chat.map(|chat| chat.0))
                .bind(poll)
                .bind(from)
                .bind(now.0)
                .bind(event)
                .bind(FORMAT);
        }
        let mut waiting = Vec::with_capacity(arrivals.len());
        for row in self.rows(insert).await.context("storing what arrived")? {
            waiting.extend(waiting_row(&row)?);
        }
        waiting.sort_by_key(|waiting| waiting.seq);
        self.tell_others(&waiting).await?;
        Ok(waiting)
    }

    async fn chats_of_polls(&mut self, arrivals: &[Arrival]) -> anyhow::Result<HashMap<String, ChatId>> {
        let polls: Vec<String> = arrivals
            .iter()
            .filter_map(|arrival| match &arrival.place {
                Place::Poll(poll) => Some(text(poll)),
                _ => None,
            })
            .collect();
        if polls.is_empty() {
            return Ok(HashMap::new());
        }
        // A bot that remembers one of them at this moment releases this vote as well, or lets it be found.
        self.hold_polls(polls.iter().map(String::as_str)).await?;
        let sql = format!("SELECT poll, chat FROM polls WHERE poll IN ({})", parameters(1, polls.len()));
        let select = polls.into_iter().fold(self.query_of(sql), |select, poll| select.bind(poll));
        let rows = self.rows(select).await.context("looking up polls")?;
        rows.iter().map(|row| Ok((column(row, "poll")?, ChatId(column(row, "chat")?)))).collect()
    }

    /// Everything that waits for its step, in the order of arrival.
    pub async fn waiting(&mut self) -> anyhow::Result<Vec<Waiting>> {
        self.waiting_in(u64::MAX).await
    }

    /// The part of that in these partitions.
    pub(crate) async fn waiting_in(&mut self, mask: u64) -> anyhow::Result<Vec<Waiting>> {
        let sql = "SELECT seq, chat, update_id FROM inbox WHERE done_at IS NULL AND chat IS NOT NULL \
             AND ($1 >> CAST(chat & 63 AS INT)) & 1 = 1";
        let rows = self.rows(sqlx::query(sql).bind(mask.cast_signed())).await.context("reading the inbox")?;
        let mut waiting = Vec::with_capacity(rows.len());
        for row in &rows {
            waiting.extend(waiting_row(row)?);
        }
        waiting.sort_by_key(|row| row.seq);
        Ok(waiting)
    }

    /// The waiting rows of chats, up to and including the number given for each, in the order of arrival. There
    /// may be some among them that nobody was notified of yet.
    pub async fn kept(&mut self, up_to: &[(ChatId, i64)]) -> anyhow::Result<Vec<Kept>> {
        if up_to.is_empty() {
            return Ok(Vec::new());
        }
        let mut up_to = up_to.to_vec();
        // Chats that do not exist, so that the statement has few lengths.
        up_to.resize(up_to.len().next_power_of_two(), (ChatId(0), i64::MIN));
        // A join in this order, so that the index of a chat's waiting rows is used.
        let sql = format!(
            "WITH pick (chat, last) AS (VALUES {}) \
             SELECT inbox.seq, update_id, inbox.chat, moved_from, received_at, event, version, inbox.poll, key \
             FROM pick CROSS JOIN inbox LEFT JOIN polls ON polls.poll = inbox.poll \
             WHERE done_at IS NULL AND inbox.chat = pick.chat AND inbox.seq <= pick.last ORDER BY inbox.seq",
            rows_of_parameters(up_to.len(), 2)
        );
        let select = self.query_of(sql);
        let select = up_to.iter().fold(select, |select, (chat, last)| select.bind(chat.0).bind(*last));
        let rows = self.rows(select).await.context("reading the inbox")?;
        rows.iter()
            .map(|row| {
                let event: String = column(row, "event")?;
                let mut event = serde_json::from_str(&event).map_err(|error| error.to_string());
                if let (Ok(Event::Vote(vote)), Some(key)) = (&mut event, column(row, "key")?) {
                    vote.poll = Key(key);
                }
                Ok(Kept {
                    seq: column(row, "seq")?,
                    update_id: column(row, "update_id")?,
                    chat: ChatId(column(row, "chat")?),
                    moved_from: column::<Option<i64>>(row, "moved_from")?.map(ChatId),
                    received_at: Timestamp(column(row, "received_at")?),
                    event,
                    is_newer: is_newer(column(row, "version")?),
                })
            })
            .collect()
    }

    /// Turns a group's row about its move into an event like any other: all of the group has moved by now.
    pub async fn has_moved(&mut self, seq: i64) -> anyhow::Result<()> {
        let update = sqlx::query("UPDATE inbox SET moved_from = NULL WHERE seq = $1").bind(seq);
        self.execute(update).await.context("noting that a group has moved")?;
        Ok(())
    }

    /// A statement in which `{seq}` stands for the number of a new row, the first parameter.
    fn numbered<'q>(&self, sql: &str) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
        self.query_of(sql.replace("{seq}", &self.seq_place(1)))
    }

    /// Marks rows as done. Only the number of an update is left, neither its owner nor its poll.
    pub async fn done(&mut self, seqs: &[i64], now: Timestamp) -> anyhow::Result<()> {
        if seqs.is_empty() {
            return Ok(());
        }
        let seqs = padded(seqs.iter().copied());
        let places = parameters(2, seqs.len());
        let sql = format!(
            "UPDATE inbox SET done_at = $1, event = '', chat = 0, poll = NULL, moved_from = NULL WHERE seq IN ({places})"
        );
        let update = self.query_of(sql).bind(now.0);
        let update = seqs.iter().fold(update, |update, seq| update.bind(*seq));
        self.execute(update).await.context("marking updates as done")?;
        Ok(())
    }

    /// Puts a row where the operator finds it; the row is done.
    pub async fn set_aside(&mut self, kept: &Kept, reason: &str, now: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO set_aside (seq, what, update_id, chat, at, reason, event) \
             SELECT {seq}, CASE WHEN update_id IS NULL THEN 'event' ELSE 'update' END, update_id, chat, $2, $3, event \
             FROM inbox WHERE seq = $4";
        let insert = self.numbered(sql).bind(self.next_seq()).bind(now.0).bind(text(reason)).bind(kept.seq);
        self.execute(insert).await.context("setting an update aside")?;
        self.done(&[kept.seq], now).await
    }

    /// Puts an update that could not even be read where the operator finds it. A second delivery of it changes
    /// nothing.
    pub async fn set_aside_update(
        &mut self,
        update_id: Option<i64>,
        update: &str,
        reason: &str,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let sql = "INSERT INTO set_aside (seq, what, update_id, at, reason, event) SELECT {seq}, 'update', $2, $3, $4, $5 \
             WHERE NOT EXISTS (SELECT 1 FROM set_aside WHERE update_id = $2)";
        let insert = self
            .numbered(sql)
            .bind(self.next_seq())
            .bind(update_id)
            .bind(now.0)
            .bind(text(reason))
            .bind(text(update));
        self.execute(insert).await.context("setting an update aside")?;
        Ok(())
    }

    /// Records that a chat's timer could not be stepped.
    pub async fn set_aside_tick(&mut self, chat: ChatId, reason: &str, now: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO set_aside (seq, what, chat, at, reason, event) VALUES ({seq}, 'timer', $2, $3, $4, '')";
        let insert = self.numbered(sql).bind(self.next_seq()).bind(chat.0).bind(now.0).bind(text(reason));
        self.execute(insert).await.context("setting a timer aside")?;
        Ok(())
    }

    /// Keeps a chat's unreadable state before another one takes its place.
    pub async fn set_aside_state(
        &mut self,
        chat: ChatId,
        reason: &str,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let sql = "INSERT INTO set_aside (seq, what, chat, at, reason, event) \
             SELECT {seq}, 'state', chat, $2, $3, state FROM chats WHERE chat = $4";
        let insert = self.numbered(sql).bind(self.next_seq()).bind(now.0).bind(text(reason)).bind(chat.0);
        self.execute(insert).await.context("setting a state aside")?;
        Ok(())
    }

    /// What was set aside, oldest first.
    pub async fn all_set_aside(&mut self) -> anyhow::Result<Vec<SetAside>> {
        let sql = "SELECT seq, what, update_id, chat, at, reason FROM set_aside ORDER BY seq";
        let rows = self.rows(sqlx::query(sql)).await.context("reading what was set aside")?;
        rows.iter()
            .map(|row| {
                Ok(SetAside {
                    seq: column(row, "seq")?,
                    what: column(row, "what")?,
                    update_id: column(row, "update_id")?,
                    chat: column::<Option<i64>>(row, "chat")?.map(ChatId),
                    at: Timestamp(column(row, "at")?),
                    reason: column(row, "reason")?,
                })
            })
            .collect()
    }

    /// What was set aside under a number, as it was stored: JSON, or nothing for a timer. None: there is no such
    /// number.
    pub async fn stored_aside(&mut self, seq: i64) -> anyhow::Result<Option<String>> {
        let select = sqlx::query("SELECT event FROM set_aside WHERE seq = $1").bind(seq);
        let rows = self.rows(select).await.context("reading what was set aside")?;
        rows.first().map(|row| column(row, "event")).transpose()
    }
}

/// None: a vote in a poll that is not known yet.
fn waiting_row(row: &sqlx::any::AnyRow) -> anyhow::Result<Option<Waiting>> {
    let Some(chat) = column::<Option<i64>>(row, "chat")? else { return Ok(None) };
    Ok(Some(Waiting { seq: column(row, "seq")?, chat: ChatId(chat), update_id: column(row, "update_id")? }))
}
