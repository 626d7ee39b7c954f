//! Polls: who voted for what, and who may still vote.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::entities::Formatted;
use super::state::{Author, Millis};

#[derive(Debug, Clone)]
pub(crate) struct Poll {
    pub(crate) id: String,
    pub(crate) question: Formatted,
    pub(crate) options: Vec<String>,
    /// A quiz has right options; a regular poll has none.
    pub(crate) correct: Option<Vec<usize>>,
    pub(crate) explanation: Option<Formatted>,
    /// Pictures, each in its sizes.
    pub(crate) media: Option<Value>,
    pub(crate) explanation_media: Option<Value>,
    pub(crate) is_anonymous: bool,
    pub(crate) allows_multiple_answers: bool,
    pub(crate) allows_revoting: bool,
    pub(crate) shuffles_options: bool,
    /// Seconds, as given by the bot.
    pub(crate) open_period: Option<i64>,
    pub(crate) closes_at: Option<Millis>,
    pub(crate) was_stopped: bool,
    pub(crate) votes: BTreeMap<Author, Vec<usize>>,
}

impl Poll {
    /// A poll closes when the bot stops it or its time is up, whichever comes first.
    pub(crate) fn is_closed(&self, now: Millis) -> bool {
        self.was_stopped || self.closes_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_quiz(&self) -> bool {
        self.correct.is_some()
    }

    /// Counts a vote, or says why it does not count. No option at all takes a vote back.
    pub(crate) fn vote(&mut self, voter: Author, options: &[usize], now: Millis) -> Result<(), &'static str> {
        let voted = self.votes.contains_key(&voter);
        if self.is_closed(now) {
            return Err("the poll is closed");
        }
        if voted && !self.allows_revoting {
            return Err("a vote in this poll cannot be changed");
        }
        if options.iter().any(|option| *option >= self.options.len()) {
            return Err("the poll has no such option");
        }
        if options.len() > 1 && !self.allows_multiple_answers {
            return Err("the poll takes one option only");
        }
        if options.is_empty() {
            return match self.votes.remove(&voter) {
                Some(_) => Ok(()),
                None => Err("there is no vote to take back"),
            };
        }
        self.votes.insert(voter, options.to_vec());
        Ok(())
    }

    pub(crate) fn voter_count(&self, option: usize) -> usize {
        self.votes.values().filter(|chosen| chosen.contains(&option)).count()
    }

    /// An option's name that stays the same when others are added or removed.
    pub(crate) fn persistent_id(&self, option: usize) -> String {
        format!("{}-{option}", self.id)
    }

    /// The poll as the bot that sent it gets it.
    pub(crate) fn to_json(&self, now: Millis) -> Value {
        let options: Vec<Value> = self
            .options
            .iter()
            .enumerate()
            .map(|(index, text)| {
                json!({
                    "persistent_id": self.persistent_id(index),
                    "text": text,
                    "voter_count": self.voter_count(index),
                })
            })
            .collect();
        let mut poll = json!({
            "id": self.id,
            "question": self.question.text,
            "options": options,
            "total_voter_count": self.votes.len(),
            "is_closed": self.is_closed(now),
            "is_anonymous": self.is_anonymous,
            "type": if self.is_quiz() { "quiz" } else { "regular" },
            "allows_multiple_answers": self.allows_multiple_answers,
            "allows_revoting": self.allows_revoting,
            "members_only": false,
        });
        if let Some(correct) = &self.correct {
            poll["correct_option_ids"] = json!(correct);
        }
        if let Some(explanation) = &self.explanation {
            poll["explanation"] = json!(explanation.text);
            poll["explanation_entities"] = json!(explanation.entities);
        }
        if let Some(photo) = &self.media {
            poll["media"] = json!({ "photo": photo });
        }
        if let Some(photo) = &self.explanation_media {
            poll["explanation_media"] = json!({ "photo": photo });
        }
        if let Some(seconds) = self.open_period {
            poll["open_period"] = json!(seconds);
        }
        poll
    }
}
