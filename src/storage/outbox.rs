//! Requests still to be sent, and their results.

use std::collections::HashSet;

use anyhow::Context as _;

use super::signs::is_newer;
use super::{
    Arrival, FORMAT, Place, Transaction, Waiting, column, padded, parameters, rows_of_parameters,
    rows_that_begin_with, text,
};
use crate::chat::{ChatId, Event, Key, MessageId, Outgoing};
use crate::time::Timestamp;

/// A request that waits to be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    pub seq: i64,
    pub chat: ChatId,
    pub created_at: Timestamp,
    pub outgoing: Outgoing,
    /// When a bot began to carry it out; it may be carried out already.
    pub begun_at: Option<Timestamp>,
}

/// What to write when a request is over, whether it was carried out or failed for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub chat: ChatId,
    /// The rows that are over: more than one where waiting edits were merged.
    pub seqs: Vec<i64>,
    /// The message that now has this key.
    pub sent: Option<(Key, MessageId)>,
    /// Telegram's id of the poll that was sent under this key.
    pub poll: Option<(String, Key)>,
    /// The reports that the conversation asked for.
    pub reports: Vec<Event>,
}

impl Transaction {
    /// Puts requests into the outbox, in this order.
    pub async fn post(
        &mut self,
        outgoing: Vec<(ChatId, Outgoing)>,
        now: Timestamp,
    ) -> anyhow::Result<Vec<OutboxRow>> {
        let mut seqs: Vec<i64> = Vec::with_capacity(outgoing.len());
        // Long answers make long statements; this keeps them far below the limits of both databases.
        for some in outgoing.chunks(500) {
            let rows = rows_that_begin_with(some.len(), 5, |n| self.seq_place(n));
            let sql = format!(
                "INSERT INTO outbox (seq, chat, created_at, outgoing, version) VALUES {rows} RETURNING seq"
            );
            let mut insert = self.query_of(sql);
            for (chat, outgoing) in some {
                let outgoing = serde_json::to_string(outgoing).context("writing a request")?;
                insert = insert.bind(self.next_seq()).bind(chat.0).bind(now.0).bind(outgoing).bind(FORMAT);
            }
            let rows = self.rows(insert).await.context("filling the outbox")?;
            for row in &rows {
                seqs.push(column(row, "seq")?);
            }
        }
        // They are numbered in the order of the statement, but need not be returned in it.
        seqs.sort_unstable();
        let rows = seqs.into_iter().zip(outgoing);
        Ok(rows
            .map(|(seq, (chat, outgoing))| OutboxRow { seq, chat, created_at: now, outgoing, begun_at: None })
            .collect())
    }

    /// The numbers of all that waits to be sent in these partitions, in order.
    pub(crate) async fn outbox_seqs(&mut self, mask: u64) -> anyhow::Result<Vec<i64>> {
        let sql = "SELECT seq FROM outbox WHERE ($1 >> CAST(chat & 63 AS INT)) & 1 = 1";
        let select = sqlx::query(sql).bind(mask.cast_signed());
        let rows = self.rows(select).await.context("reading the outbox")?;
        let mut seqs = rows.iter().map(|row| column(row, "seq")).collect::<anyhow::Result<Vec<i64>>>()?;
        seqs.sort_unstable();
        Ok(seqs)
    }

    /// The rows waiting to be sent under these numbers, in order. Rows that cannot be read are left out.
    pub async fn outbox_rows(&mut self, seqs: &[i64]) -> anyhow::Result<Vec<OutboxRow>> {
        let mut outbox = Vec::with_capacity(seqs.len());
        for seqs in seqs.chunks(512) {
            let seqs = padded(seqs.iter().copied());
            let sql = format!(
                "SELECT seq, chat, created_at, outgoing, version, begun_at FROM outbox \
                 WHERE seq IN ({}) ORDER BY seq",
                parameters(1, seqs.len())
            );
            let select = seqs.iter().fold(self.query_of(sql), |select, seq| select.bind(*seq));
            for row in &self.rows(select).await.context("reading the outbox")? {
                let outgoing: String = column(row, "outgoing")?;
                if is_newer(column(row, "version")?) {
                    continue;
                }
                let Ok(outgoing) = serde_json::from_str(&outgoing) else { continue };
                outbox.push(OutboxRow {
                    seq: column(row, "seq")?,
                    chat: ChatId(column(row, "chat")?),
                    created_at: Timestamp(column(row, "created_at")?),
                    outgoing,
                    begun_at: column::<Option<i64>>(row, "begun_at")?.map(Timestamp),
                });
            }
        }
        Ok(outbox)
    }

    /// Everything that waits to be sent, in order, and how many rows cannot be read.
    pub async fn outbox(&mut self) -> anyhow::Result<(Vec<OutboxRow>, usize)> {
        let seqs = self.outbox_seqs(u64::MAX).await?;
        let rows = self.outbox_rows(&seqs).await?;
        let n_unreadable = seqs.len() - rows.len();
        Ok((rows, n_unreadable))
    }

    /// Notes that these requests are about to be carried out. Returns those that still wait: the others belong to
    /// another bot by now.
    pub(crate) async fn book(&mut self, seqs: &[i64], now: Timestamp) -> anyhow::Result<HashSet<i64>> {
        let mut booked = HashSet::new();
        for seqs in seqs.chunks(512) {
            let seqs = padded(seqs.iter().copied());
            let places = parameters(2, seqs.len());
            let sql = format!("UPDATE outbox SET begun_at = $1 WHERE seq IN ({places}) RETURNING seq");
            let update = self.query_of(sql).bind(now.0);
            let update = seqs.iter().fold(update, |update, seq| update.bind(*seq));
            for row in self.rows(update).await.context("booking requests")? {
                booked.insert(column(&row, "seq")?);
            }
        }
        Ok(booked)
    }

    /// Remembers at which pace chats were written to, as JSON.
    pub(crate) async fn save_paces(
        &mut self,
        paces: &[(ChatId, String)],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        if paces.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO pace (chat, pace, at) VALUES {} \
             ON CONFLICT (chat) DO UPDATE SET pace = excluded.pace, at = excluded.at",
            rows_of_parameters(paces.len(), 3)
        );
        let insert = self.query_of(sql);
        let insert = paces
            .iter()
            .fold(insert, |insert, (chat, pace)| insert.bind(chat.0).bind(pace.clone()).bind(now.0));
        self.execute(insert).await.context("remembering the pace")?;
        Ok(())
    }

    /// The paces of chats in these partitions that were written to since then.
    pub(crate) async fn paces(
        &mut self,
        mask: u64,
        since: Timestamp,
    ) -> anyhow::Result<Vec<(ChatId, String)>> {
        let sql = "SELECT chat, pace FROM pace WHERE at >= $2 AND ($1 >> CAST(chat & 63 AS INT)) & 1 = 1";
        let select = sqlx::query(sql).bind(mask.cast_signed()).bind(since.0);
        let rows = self.rows(select).await.context("reading the pace")?;
        rows.iter().map(|row| Ok((ChatId(column(row, "chat")?), column(row, "pace")?))).collect()
    }

    /// Takes `n` of the places that all bots share in any second. Returns when each of them comes.
    ///
    /// The times of the last `per_second` messages are in one row: a place comes a second after the one that many
    /// before it.
    pub(crate) async fn places(
        &mut self,
        n: usize,
        per_second: usize,
        now: Timestamp,
    ) -> anyhow::Result<Vec<Timestamp>> {
        let insert = "INSERT INTO signs (name, sign) VALUES ('sent', '') ON CONFLICT (name) DO NOTHING";
        self.execute(sqlx::query(insert)).await.context("taking a place")?;
        let select = "SELECT sign FROM signs WHERE name = 'sent' FOR UPDATE";
        let rows = self.rows(sqlx::query(select)).await.context("taking a place")?;
        let sign: String = rows.first().map(|row| column(row, "sign")).transpose()?.unwrap_or_default();
        let mut times: std::collections::VecDeque<i64> =
            sign.split(',').filter_map(|time| time.parse().ok()).collect();
        let mut places = Vec::with_capacity(n);
        for _ in 0..n {
            let mut place = now.0;
            while times.len() >= per_second.max(1) {
                // A clock that was set back must not stop everything.
                place = place.max(times.pop_front().unwrap_or(place).min(now.0 + 60_000) + 1_000);
            }
            times.push_back(place);
            places.push(Timestamp(place));
        }
        let sign: Vec<String> = times.iter().map(i64::to_string).collect();
        let update = sqlx::query("UPDATE signs SET sign = $1 WHERE name = 'sent'").bind(sign.join(","));
        self.execute(update).await.context("taking a place")?;
        Ok(places)
    }

    /// Records the results of requests. Returns the reports, and the votes that had waited for the id of
    /// a poll, for their steps.
    ///
    /// For a group that has moved since, results are reported to the supergroup; the message has stayed behind.
    ///
    /// What was recorded before is skipped: the answer to a commit may have got lost.
    pub async fn complete(&mut self, settled: &[Settled], now: Timestamp) -> anyhow::Result<Vec<Waiting>> {
        let seqs: Vec<i64> = settled.iter().flat_map(|settled| settled.seqs.iter().copied()).collect();
        let mut was_there: HashSet<i64> = HashSet::with_capacity(seqs.len());
        for seqs in seqs.chunks(512) {
            let seqs = padded(seqs.iter().copied());
            let sql =
                format!("DELETE FROM outbox WHERE seq IN ({}) RETURNING seq", parameters(1, seqs.len()));
            let delete = seqs.iter().fold(self.query_of(sql), |delete, seq| delete.bind(*seq));
            for row in self.rows(delete).await.context("emptying the outbox")? {
                was_there.insert(column(&row, "seq")?);
            }
        }
        let settled: Vec<&Settled> =
            settled.iter().filter(|settled| settled.seqs.iter().any(|seq| was_there.contains(seq))).collect();
        let moves = self.moves(settled.iter().map(|settled| settled.chat)).await?;
        let now_in = |chat: ChatId| moves.get(&chat).copied().unwrap_or(chat);
        let sent: Vec<(ChatId, &Key, MessageId)> = settled
            .iter()
            .filter(|settled| !moves.contains_key(&settled.chat))
            .filter_map(|settled| settled.sent.as_ref().map(|(key, message)| (settled.chat, key, *message)))
            .collect();
        self.remember_messages(&sent, now).await?;

        let polls: Vec<String> =
            settled.iter().filter_map(|settled| settled.poll.as_ref().map(|(poll, _)| text(poll))).collect();
        self.hold_polls(polls.iter().map(String::as_str)).await?;
        let mut waiting = Vec::new();
        for settled in &settled {
            if let Some((poll, key)) = &settled.poll {
                waiting.extend(self.remember_poll(poll, now_in(settled.chat), key, now).await?);
            }
        }
        self.tell_others(&waiting).await?;
        let reports: Vec<Arrival> = settled
            .iter()
            .flat_map(|settled| {
                settled.reports.iter().map(|event| Arrival {
                    update_id: None,
                    place: Place::Chat(now_in(settled.chat)),
                    event: event.clone(),
                })
            })
            .collect();
        waiting.extend(self.receive(&reports, now).await?);
        Ok(waiting)
    }

    async fn remember_messages(
        &mut self,
        sent: &[(ChatId, &Key, MessageId)],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        // One statement must not name the same key twice; if that happens, the last one counts.
        let mut last = std::collections::BTreeMap::new();
        for (chat, key, message) in sent {
            last.insert((*chat, *key), *message);
        }
        if last.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO sent (chat, key, message, at) VALUES {} \
             ON CONFLICT (chat, key) DO UPDATE SET message = excluded.message, at = excluded.at",
            rows_of_parameters(last.len(), 4)
        );
        let mut insert = self.query_of(sql);
        for ((chat, key), message) in last {
            insert = insert.bind(chat.0).bind(key.0.clone()).bind(message.0).bind(now.0);
        }
        self.execute(insert).await.context("remembering what was sent")?;
        Ok(())
    }

    /// Remembers the owner of a poll, and releases the votes that came before this was known.
    async fn remember_poll(
        &mut self,
        poll: &str,
        chat: ChatId,
        key: &Key,
        now: Timestamp,
    ) -> anyhow::Result<Vec<Waiting>> {
        let sql =
            "INSERT INTO polls (poll, chat, key, at) VALUES ($1, $2, $3, $4) ON CONFLICT (poll) DO NOTHING";
        let poll = text(poll);
        let insert = sqlx::query(sql).bind(poll.clone()).bind(chat.0).bind(key.0.clone()).bind(now.0);
        self.execute(insert).await.context("remembering a poll")?;
        let sql = "UPDATE inbox SET chat = $1 WHERE poll = $2 AND chat IS NULL AND done_at IS NULL \
             RETURNING seq, update_id";
        let update = sqlx::query(sql).bind(chat.0).bind(poll);
        let rows = self.rows(update).await.context("letting votes go")?;
        let mut waiting = rows
            .iter()
            .map(|row| Ok(Waiting { seq: column(row, "seq")?, chat, update_id: column(row, "update_id")? }))
            .collect::<anyhow::Result<Vec<_>>>()?;
        waiting.sort_by_key(|waiting| waiting.seq);
        Ok(waiting)
    }

    /// The message that was sent under a key of a chat.
    pub async fn message_of(&mut self, chat: ChatId, key: &Key) -> anyhow::Result<Option<MessageId>> {
        let select = sqlx::query("SELECT message FROM sent WHERE chat = $1 AND key = $2");
        let rows =
            self.rows(select.bind(chat.0).bind(key.0.clone())).await.context("looking up a message")?;
        rows.first().map(|row| Ok(MessageId(column(row, "message")?))).transpose()
    }

    /// The key under which a message of a chat was sent.
    pub async fn key_of(&mut self, chat: ChatId, message: MessageId) -> anyhow::Result<Option<Key>> {
        let select = sqlx::query("SELECT key FROM sent WHERE chat = $1 AND message = $2 ORDER BY at DESC");
        let rows =
            self.rows(select.bind(chat.0).bind(message.0)).await.context("looking up a message's key")?;
        rows.first().map(|row| Ok(Key(column(row, "key")?))).transpose()
    }
}
