//! The queue of updates for the bot: kept until confirmed, forgotten when too old.

use std::collections::{HashSet, VecDeque};

use serde_json::{Value, json};

use super::state::Millis;

/// Update kinds a bot gets only when it asks for them by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// The oldest ids are not 1, as on Telegram: code that counts on small ids should fail here.
const FIRST_ID: i64 = 730_000_001;

/// Updates wait in the order they happened, with ids that grow by one.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: VecDeque<Update>,
    next_id: i64,
    /// The kinds asked for; `None` for the default set. Remembered between calls.
    pub(crate) allowed: Option<Vec<String>>,
    /// Which getUpdates call may wait; an older one that still does is answered with the conflict.
    pub(crate) poller: u64,
    /// How many getUpdates calls are under way, including those that will be answered with a conflict.
    pub(crate) n_polls: usize,
}

#[derive(Debug)]
struct Update {
    id: i64,
    kind: String,
    body: Value,
    at: Millis,
}

impl Update {
    fn as_sent(&self) -> Value {
        json!({ "update_id": self.id, self.kind.as_str(): self.body })
    }
}

impl Default for Queue {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), next_id: FIRST_ID, allowed: None, poller: 0, n_polls: 0 }
    }
}

impl Queue {
    /// Adds an update, unless the bot did not ask for this kind.
    pub(crate) fn push(&mut self, kind: &str, body: Value, now: Millis) {
        let wanted = match &self.allowed {
            Some(kinds) => kinds.iter().any(|it| it == kind),
            None => !ON_REQUEST.contains(&kind),
        };
        if wanted {
            self.waiting.push_back(Update { id: self.next_id, kind: kind.to_owned(), body, at: now });
            self.next_id += 1;
        }
    }

    /// An empty list stands for the default set, as on Telegram.
    pub(crate) fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = (!kinds.is_empty()).then_some(kinds);
    }

    /// Forgets all below `offset`; a negative one counts from the end and keeps that many.
    pub(crate) fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let excess = self.waiting.len().saturating_sub(keep);
            self.waiting.drain(..excess);
        } else {
            while self.waiting.front().is_some_and(|it| it.id < offset) {
                self.waiting.pop_front();
            }
        }
    }

    /// The oldest waiting updates, which stay in the queue until they are confirmed.
    pub(crate) fn oldest(&mut self, limit: usize, now: Millis) -> Vec<Value> {
        self.forget_old(now);
        self.waiting.iter().take(limit).map(Update::as_sent).collect()
    }

    /// The oldest waiting update outside the lanes from which one is being delivered, and its lane.
    pub(crate) fn oldest_beside(&mut self, busy: &HashSet<String>, now: Millis) -> Option<(String, Value)> {
        self.forget_old(now);
        self.waiting.iter().find_map(|it| {
            let lane = lane(&it.kind, &it.body);
            (!busy.contains(&lane)).then(|| (lane, it.as_sent()))
        })
    }

    /// Forgets one that a webhook has accepted.
    pub(crate) fn accepted(&mut self, id: i64) {
        self.waiting.retain(|it| it.id != id);
    }

    fn forget_old(&mut self, now: Millis) {
        self.waiting.retain(|it| now - it.at < lifetime(&it.kind));
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

/// Whose updates a webhook gets one after the other; those of different lanes come at the same time. A chat has one, a
/// poll, and a person who taps or types an inline query, as in Telegram's own server
/// (<https://github.com/tdlib/telegram-bot-api>, `webhook_queue_id` in `Client.cpp`).
fn lane(kind: &str, body: &Value) -> String {
    let (family, part) = match kind {
        "callback_query" | "inline_query" | "chosen_inline_result" => (kind, &body["from"]["id"]),
        "poll" => ("poll", &body["id"]),
        "poll_answer" => ("poll", &body["poll_id"]),
        _ => ("chat", &body["chat"]["id"]),
    };
    format!("{family} {part}")
}

/// How long Telegram keeps an update for a bot that does not fetch it.
fn lifetime(kind: &str) -> Millis {
    match kind {
        "callback_query" => 150 * 1000,
        "inline_query" => 30 * 1000,
        _ => 24 * 60 * 60 * 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue_of(n: usize) -> Queue {
        let mut queue = Queue::default();
        for index in 0..n {
            queue.push("message", json!(index), 0);
        }
        queue
    }

    fn ids(queue: &mut Queue, now: Millis) -> Vec<i64> {
        let oldest = queue.oldest(100, now);
        oldest.iter().map(|it| it["update_id"].as_i64().expect("a number") - FIRST_ID).collect()
    }

    #[test]
    fn an_offset_confirms_everything_below_it_and_nothing_else_does() {
        let mut queue = queue_of(3);
        assert_eq!(ids(&mut queue, 0), [0, 1, 2]);
        assert_eq!(ids(&mut queue, 0), [0, 1, 2]);
        queue.confirm(FIRST_ID + 2);
        assert_eq!(ids(&mut queue, 0), [2]);
    }

    #[test]
    fn a_negative_offset_keeps_the_newest() {
        let mut queue = queue_of(5);
        queue.confirm(-2);
        assert_eq!(ids(&mut queue, 0), [3, 4]);
    }

    #[test]
    fn kinds_that_were_not_asked_for_are_never_queued() {
        let mut queue = queue_of(1);
        queue.push("chat_member", json!({}), 0);
        queue.allow(vec!["poll_answer".into()]);
        queue.push("message", json!({}), 0);
        queue.push("poll_answer", json!({}), 0);
        let kinds: Vec<bool> =
            queue.oldest(100, 0).iter().map(|it| it.get("poll_answer").is_some()).collect();
        assert_eq!(kinds, [false, true]);
    }

    #[test]
    fn a_chat_gets_one_after_the_other_and_others_get_theirs_beside_it() {
        let mut queue = Queue::default();
        for (kind, body) in [
            ("message", json!({ "chat": { "id": 1 } })),
            ("edited_message", json!({ "chat": { "id": 1 } })),
            ("message", json!({ "chat": { "id": 2 } })),
            ("callback_query", json!({ "from": { "id": 1 } })),
            ("poll_answer", json!({ "poll_id": "1" })),
            ("poll", json!({ "id": "1" })),
        ] {
            queue.push(kind, body, 0);
        }
        let mut busy = HashSet::new();
        let mut begun = Vec::new();
        while let Some((lane, update)) = queue.oldest_beside(&busy, 0) {
            begun.push(update["update_id"].as_i64().expect("a number") - FIRST_ID);
            busy.insert(lane);
        }
        assert_eq!(begun, [0, 2, 3, 4], "the edit waits for its message, the closed poll for the vote");
        queue.accepted(FIRST_ID);
        busy.clear();
        let (_, next) = queue.oldest_beside(&busy, 0).expect("it waits");
        assert_eq!(next["update_id"], FIRST_ID + 1);
    }

    #[test]
    fn old_updates_are_forgotten_queries_first() {
        let mut queue = queue_of(1);
        queue.push("inline_query", json!({}), 0);
        queue.push("callback_query", json!({}), 0);
        assert_eq!(ids(&mut queue, 29_999), [0, 1, 2]);
        assert_eq!(ids(&mut queue, 30_000), [0, 2]);
        assert_eq!(ids(&mut queue, 150_000), [0]);
        assert_eq!(ids(&mut queue, 24 * 3600 * 1000), [0; 0]);
    }
}
