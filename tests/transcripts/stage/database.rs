//! What is kept beside the state of a chat, and read again.

use std::collections::{BTreeMap, BTreeSet};

use faqbot::chat::{
    Day, Miss, MissReason, Person, PersonId, Read, Record, Response, Rows, Standing, TableRows, TableView,
};
use faqbot::quiz::ItemTally;
use faqbot::quiz::practice::Review;
use faqbot::time::Timestamp;

use super::messages::Messages;
use super::paper::Paper;

#[derive(Default)]
pub(super) struct Database {
    scores: Vec<Score>,
    /// Somebody's answers, and when they came.
    responses: Vec<(Timestamp, Response)>,
    /// Those who want none of their answers kept.
    without_practice: Vec<PersonId>,
    misses: Vec<Miss>,
    settled: Vec<Miss>,
}

/// Somebody's score in a round.
struct Score {
    at: Timestamp,
    person: Person,
    round: String,
    right: u32,
    asked: u32,
    total_ms: i64,
    topic: Option<String>,
}

impl Database {
    pub(super) fn record(&mut self, record: Record, now: Timestamp, paper: &mut Paper) {
        match record {
            Record::Miss { question, why } => self.miss(question, why, now, paper),
            Record::Feedback { up: false, question: Some(question), .. } => {
                self.miss(question, MissReason::Disliked, now, paper)
            }
            Record::Score { round, person, right, asked, total_ms, topic, .. } => {
                let known = |it: &Score| it.round == round && it.person.id == person.id;
                if !self.scores.iter().any(known) {
                    self.scores.push(Score { at: now, person, round, right, asked, total_ms, topic });
                }
            }
            Record::Responses(responses) => {
                let kept = responses
                    .into_iter()
                    .filter(|response| !self.without_practice.contains(&response.person));
                self.responses.extend(kept.map(|response| (now, response)));
            }
            Record::Practice { person, on } => {
                self.without_practice.retain(|known| *known != person);
                if !on {
                    self.without_practice.push(person);
                    self.responses.retain(|(_, response)| response.person != person);
                }
            }
            Record::SettleMisses { questions } => {
                let (settled, open) = std::mem::take(&mut self.misses)
                    .into_iter()
                    .partition(|it| questions.contains(&it.question));
                self.misses = open;
                self.settled.extend::<Vec<Miss>>(settled);
            }
            Record::ReopenMisses { questions } => {
                let (open, settled) = std::mem::take(&mut self.settled)
                    .into_iter()
                    .partition(|it| questions.contains(&it.question));
                self.settled = settled;
                self.misses.extend::<Vec<Miss>>(open);
            }
            Record::Forget { person } => {
                paper.line("(everything about this person is deleted)");
                self.scores.retain(|score| score.person.id != person);
                self.responses.retain(|(_, response)| response.person != person);
            }
            Record::Asked { .. } | Record::Feedback { .. } | Record::Round { .. } | Record::Tell { .. } => {}
        }
    }

    fn miss(&mut self, question: String, why: MissReason, now: Timestamp, paper: &mut Paper) {
        paper.line(&format!("(noted as missed: {question:?})"));
        match self.misses.iter_mut().find(|miss| miss.question == question) {
            Some(miss) => (miss.count, miss.why, miss.last) = (miss.count + 1, why, now),
            None => {
                self.misses.push(Miss { question, why, count: 1, first: now, last: now });
            }
        }
    }

    pub(super) fn look_up(&self, read: &Read, messages: &Messages, now: Timestamp) -> Rows {
        match read {
            Read::Table { view, .. } => Rows::Table(TableRows {
                standings: self.standings(view, now),
                topics: self.topics(),
                has_scores: !self.scores.is_empty(),
            }),
            Read::Reviews { person, .. } => Rows::Reviews(self.reviews(*person)),
            Read::Items { .. } => Rows::Items(self.items()),
            Read::Misses { .. } => Rows::Misses(self.misses.clone()),
            Read::Stats { .. } => Rows::Stats(vec![
                Day { date: "2026-05-31".into(), answer: 6, unknown: 2, ..Default::default() },
                Day {
                    date: "2026-06-01".into(),
                    answer: 3,
                    choose: 1,
                    small_talk: 1,
                    out_of_scope: 2,
                    rounds: 1,
                    ..Default::default()
                },
            ]),
            Read::MostAsked { .. } => Rows::MostAsked(vec!["wifi".into()]),
            Read::KeyOf { message, .. } => Rows::KeyOf(messages.key_of(*message)),
        }
    }

    fn standings(&self, view: &TableView, now: Timestamp) -> Vec<Standing> {
        let is_daily = |it: &Score| it.topic.as_deref() == Some("/daily");
        let counts = |it: &&Score| match view {
            TableView::Week => it.at >= monday(now) && !is_daily(it),
            TableView::Ever => !is_daily(it),
            TableView::Daily { since } => it.at >= *since && is_daily(it),
            TableView::Topic(topic) => it.topic.as_ref() == Some(topic),
        };
        let mut standings: Vec<Standing> = Vec::new();
        for score in self.scores.iter().filter(counts) {
            match standings.iter_mut().find(|it| it.person.id == score.person.id) {
                Some(it) => {
                    it.right += score.right;
                    it.asked += score.asked;
                    it.total_ms += score.total_ms;
                    it.rounds += 1;
                }
                None => standings.push(Standing {
                    person: score.person.clone(),
                    right: score.right,
                    asked: score.asked,
                    rounds: 1,
                    total_ms: score.total_ms,
                    streak: self.streak(score.person.id, now),
                }),
            }
        }
        standings.sort_by_key(|it| (std::cmp::Reverse(it.right), it.total_ms));
        standings
    }

    fn streak(&self, person: PersonId, now: Timestamp) -> u32 {
        let day = |at: Timestamp| at.0.div_euclid(24 * 3_600_000);
        let scores = self.scores.iter().filter(|score| score.person.id == person);
        let days: BTreeSet<i64> = scores.map(|score| day(score.at)).collect();
        faqbot::quiz::streak(&days.into_iter().rev().collect::<Vec<_>>(), day(now))
    }

    fn topics(&self) -> Vec<String> {
        let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
        for topic in self.scores.iter().filter_map(|score| score.topic.as_deref()) {
            *topics.entry(topic).or_default() += 1;
        }
        let mut topics: Vec<(&str, usize)> = topics.into_iter().collect();
        topics.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        topics.into_iter().map(|(topic, _)| topic.to_owned()).collect()
    }

    fn reviews(&self, person: PersonId) -> Vec<Review> {
        let own = self.responses.iter().filter(|(_, response)| response.person == person);
        own.map(|(at, response)| Review {
            question: response.question.clone(),
            at: *at,
            right: response.right,
            practised: response.practised,
        })
        .collect()
    }

    /// Each answer stands for ten people.
    fn items(&self) -> Vec<(String, ItemTally)> {
        let mut items: BTreeMap<String, ItemTally> = BTreeMap::new();
        for (_, response) in self.responses.iter().filter(|(_, response)| !response.practised) {
            let tally = items.entry(response.question.clone()).or_default();
            let (right, rest) = (u64::from(response.right), response.rest.map(u64::from));
            tally.answers += 10;
            tally.right += 10 * right;
            if let Some(rest) = rest {
                tally.pairs += 10;
                tally.pairs_right += 10 * right;
                tally.rest += 10 * rest;
                tally.rest_right += 10 * right * rest;
                tally.rest_squared += 10 * rest * rest;
            }
        }
        items.into_iter().collect()
    }

    /// A missed question is settled elsewhere.
    pub(super) fn settle(&mut self, question: &str) {
        self.misses.retain(|miss| miss.question != question);
    }
}

/// When the week began: Monday, 0:00 UTC. (The first day of 1970 was a Thursday.)
fn monday(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3_600_000;
    Timestamp(now.0 - (now.0 + 3 * DAY).rem_euclid(7 * DAY))
}
