//! What is counted. Without an [`Exporter`], counting does nothing and costs next to nothing.

use std::time::Duration;

use anyhow::Context as _;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::Value;

use crate::chat::{Library, Outcome, Record};
use crate::storage::Backlog;
use crate::telegram::ALLOWED_UPDATES;

/// Seconds, from what a person does not notice up to what they complain about.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Finer around the bot's decisions, and where it is sure.
const CONFIDENCES: [f64; 12] = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97];

/// Turns what was counted into Prometheus' text format. Cheap to clone.
#[derive(Clone)]
pub struct Exporter(PrometheusHandle);

impl Exporter {
    /// From now on everything is counted; once per process.
    ///
    /// # Errors
    ///
    /// When the process is already counting.
    pub fn install() -> anyhow::Result<Exporter> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|it| {
                it.set_buckets_for_metric(Matcher::Full("faqbot_answer_confidence".to_owned()), &CONFIDENCES)
            })
            .context("choosing buckets")?
            .install_recorder()
            .context("counting for /metrics")?;
        describe_counter!("faqbot_updates_total", "Updates received from Telegram, by kind");
        describe_counter!("faqbot_questions_total", "Questions, by what became of them");
        describe_histogram!(
            "faqbot_answer_confidence",
            "How sure the matching was of what came nearest to a question, by what became of it"
        );
        describe_histogram!(
            "faqbot_step_seconds",
            "From the arrival of an update until its effects are stored"
        );
        describe_counter!(
            "faqbot_requests_total",
            "Requests to Telegram, by what became of them; rate_limited: 429"
        );
        describe_gauge!("faqbot_ready", "1 while questions are answered, 0 while not: see /readyz");
        describe_gauge!("faqbot_inbox_waiting", "Updates that wait for their step");
        describe_gauge!("faqbot_outbox_waiting", "Requests that wait to be sent");
        describe_counter!("faqbot_rounds_total", "Quiz rounds that have ended");
        describe_gauge!("faqbot_folder_answers", "Entries and terms that can be answered");
        describe_counter!(
            "faqbot_folder_versions_total",
            "Versions of the folder that went live, with the first"
        );
        describe_gauge!("faqbot_build_info", "1, with the version of the program");
        gauge!("faqbot_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        // To Prometheus, what appears with 1 has not grown: the first failure would be missing from every graph.
        for outcome in Outcome::ALL {
            counter!("faqbot_questions_total", "outcome" => outcome.name()).increment(0);
        }
        for ended in Ended::ALL {
            counter!("faqbot_requests_total", "result" => ended.name()).increment(0);
        }
        counter!("faqbot_rounds_total").increment(0);
        Ok(Exporter(handle))
    }

    /// Everything counted so far; the waiting rows are as given, and whether questions are answered.
    pub(super) fn text(&self, waiting: Option<Backlog>, is_ready: bool) -> String {
        gauge!("faqbot_ready").set(if is_ready { 1.0 } else { 0.0 });
        if let Some(Backlog { n_updates, n_requests }) = waiting {
            // A gauge is a float; there are never so many waiting that it would lose a digit.
            gauge!("faqbot_inbox_waiting").set(n_updates as f64);
            gauge!("faqbot_outbox_waiting").set(n_requests as f64);
        }
        self.0.run_upkeep();
        self.0.render()
    }
}

/// An update has arrived. Its kind is one that the bot asks for, or `other`.
pub(crate) fn counted_update(update: &Value) {
    let kind = ALLOWED_UPDATES.into_iter().find(|kind| update.get(kind).is_some()).unwrap_or("other");
    counter!("faqbot_updates_total", "kind" => kind).increment(1);
}

/// The record of a step is stored.
pub(crate) fn counted_record(record: &Record) {
    match record {
        Record::Asked { outcome, confidence, .. } => {
            counter!("faqbot_questions_total", "outcome" => outcome.name()).increment(1);
            if let Some(confidence) = confidence {
                histogram!("faqbot_answer_confidence", "outcome" => outcome.name()).record(*confidence);
            }
        }
        Record::Round { .. } => counter!("faqbot_rounds_total").increment(1),
        _ => {}
    }
}

/// The effects of an update are stored, this long after it arrived.
pub(crate) fn step_took(since_arrival: Duration) {
    histogram!("faqbot_step_seconds").record(since_arrival);
}

/// What became of a request to Telegram.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ended {
    Done,
    /// It was of no use any more.
    Dropped,
    Failed,
    /// 429
    RateLimited,
    ToBeTriedAgain,
}

impl Ended {
    const ALL: [Ended; 5] =
        [Ended::Done, Ended::Dropped, Ended::Failed, Ended::RateLimited, Ended::ToBeTriedAgain];

    fn name(self) -> &'static str {
        match self {
            Ended::Done => "done",
            Ended::Dropped => "dropped",
            Ended::Failed => "failed",
            Ended::RateLimited => "rate_limited",
            Ended::ToBeTriedAgain => "to_be_tried_again",
        }
    }
}

/// A request to Telegram has ended.
pub(crate) fn counted_request(ended: Ended) {
    counter!("faqbot_requests_total", "result" => ended.name()).increment(1);
}

/// A version of the folder has gone live.
pub(crate) fn folder_changed(library: &Library) {
    let n_answers = library.knowledge.entries.len() + library.knowledge.terms.len();
    gauge!("faqbot_folder_answers").set(n_answers as f64);
    counter!("faqbot_folder_versions_total").increment(1);
}
