//! The questions of one round.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::about::on_topic;
use super::question::{Difficulty, Question};
use super::quiz_options::QuizOptions;
use super::ranking::Summary;
use super::shuffle::Shuffler;
use crate::time::Timestamp;

/// The most questions that a chat remembers; beyond that, those asked longest ago are as good as new.
const MAX_REMEMBERED: usize = 1_000;

/// The questions a chat was asked before, by [`Question::id`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History {
    questions: BTreeMap<String, Past>,
}

/// The past of one question in one chat. (The short names keep a stored history small.)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Past {
    /// When the last round that asked it was over.
    #[serde(rename = "t")]
    last: Timestamp,
    #[serde(rename = "v")]
    votes: u32,
    #[serde(rename = "w")]
    wrong: u32,
}

impl History {
    /// Remembers the questions that a round asked.
    pub fn record(&mut self, summary: &Summary, now: Timestamp) {
        for question in &summary.questions {
            let past = self.questions.entry(question.id.clone()).or_default();
            past.last = now;
            past.votes = past.votes.saturating_add(u32::try_from(question.votes).unwrap_or(u32::MAX));
            past.wrong = past.wrong.saturating_add(u32::try_from(question.wrong).unwrap_or(u32::MAX));
        }
        while self.questions.len() > MAX_REMEMBERED {
            let oldest = self.questions.iter().min_by_key(|(_, past)| past.last).map(|(id, _)| id.clone());
            oldest.and_then(|id| self.questions.remove(&id));
        }
    }

    /// With the questions of a round that is under way, so that another round of the chat has different ones.
    pub fn with_deck(mut self, deck: &[Question], now: Timestamp) -> History {
        for question in deck {
            self.questions.entry(question.id.clone()).or_default().last = now;
        }
        self
    }
}

/// Draws the questions of a round, with their options shuffled; the same seed draws the same.
///
/// Fewer than requested if there are no more; none if the topic matches nothing. First come questions that
/// the chat was never asked, then those asked longest ago; one that is often missed comes up to a quarter of the
/// way earlier. Questions that lead to the same entry are kept out of one round while there are others as fresh,
/// because the explanation of one gives away the next. A round goes from easy questions to hard ones.
pub fn deck(
    questions: &[Question],
    quiz_options: &QuizOptions,
    history: &History,
    seed: u64,
) -> Vec<Question> {
    let mut shuffler = Shuffler::new(seed);
    let (mut fresh, mut asked): (Vec<&Question>, Vec<&Question>) =
        on_topic(questions, quiz_options.topic.as_deref())
            .into_iter()
            .partition(|question| !history.questions.contains_key(&question.id));
    shuffler.shuffle(&mut fresh);
    shuffler.shuffle(&mut asked);
    order_by_age(&mut asked, history);

    let mut drawn = Vec::new();
    let mut subjects = HashSet::new();
    for pool in [fresh, asked] {
        let (new, known): (Vec<&Question>, Vec<&Question>) =
            pool.into_iter().partition(|question| subjects.insert(subject(question)));
        drawn.extend(new.into_iter().chain(known));
    }
    drawn.truncate(quiz_options.n_questions);
    shuffler.shuffle(&mut drawn);
    drawn.sort_by_key(|question| question.difficulty.unwrap_or(Difficulty::Medium));
    drawn.into_iter().map(|question| with_shuffled_options(question, &mut shuffler)).collect()
}

/// Longest unseen first, those often missed a little earlier.
fn order_by_age(asked: &mut Vec<&Question>, history: &History) {
    asked.sort_by_key(|question| history.questions[&question.id].last);
    let head_start = asked.len() as f64 / 4.0;
    let mut ranked: Vec<(f64, &Question)> = asked
        .iter()
        .enumerate()
        .map(|(rank, question)| {
            let past = history.questions[&question.id];
            let missed = f64::from(past.wrong) / f64::from(past.votes.max(1));
            (rank as f64 - head_start * missed, *question)
        })
        .collect();
    ranked.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    *asked = ranked.into_iter().map(|(_, question)| question).collect();
}

/// The subject that a question's explanation gives away.
fn subject(question: &Question) -> &str {
    question.read_up.as_ref().map_or(&question.id, |read_up| read_up.id.as_str())
}

fn with_shuffled_options(question: &Question, shuffler: &mut Shuffler) -> Question {
    if question.is_guess() {
        return Question { section: None, topics: Vec::new(), tags: Vec::new(), ..question.clone() };
    }
    let mut order: Vec<usize> = (0..question.options.len()).collect();
    let n_shuffled = order.len().saturating_sub(question.n_kept);
    shuffler.shuffle(&mut order[..n_shuffled]);
    Question {
        options: order.iter().map(|&index| question.options[index].clone()).collect(),
        keys: (0..order.len()).filter(|&place| question.keys.contains(&order[place])).collect(),
        section: None,
        topics: Vec::new(),
        tags: Vec::new(),
        ..question.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::quiz::question::{QuestionKind, ReadUp};
    use crate::quiz::ranking::QuestionResult;
    use crate::quiz::round::Ending;

    /// A question that leads to `entry`, with four options of which "right" is the key.
    fn question(id: &str, entry: &str) -> Question {
        Question {
            id: id.into(),
            kind: QuestionKind::Written,
            prompt: format!("{id}?"),
            options: ["right", "wrong", "false", "amiss"].map(str::to_owned).to_vec(),
            keys: vec![0],
            n_kept: 0,
            difficulty: None,
            tags: vec![],
            guess: None,
            picture: None,
            explanation_picture: None,
            explanation: String::new(),
            read_up: Some(ReadUp { id: entry.into(), title: format!("What about {entry}?") }),
            section: Some("Section".into()),
            topics: vec![entry.into()],
        }
    }

    fn pool(n: usize) -> Vec<Question> {
        (0..n).map(|n| question(&format!("q{n:02}"), &format!("e{n:02}"))).collect()
    }

    fn quiz_options(n_questions: usize) -> QuizOptions {
        QuizOptions { n_questions, ..QuizOptions::default() }
    }

    fn ids(deck: &[Question]) -> BTreeSet<String> {
        deck.iter().map(|question| question.id.clone()).collect()
    }

    /// A round in which each of these was asked of four people, some of whom were wrong.
    fn played(questions: &[(&str, usize)]) -> Summary {
        let result = |&(id, wrong): &(&str, usize)| QuestionResult {
            id: id.into(),
            read_up: None,
            votes: 4,
            wrong,
            silent: 0,
        };
        Summary {
            ending: Ending::Played,
            asked: questions.len(),
            ranking: vec![],
            questions: questions.iter().map(result).collect(),
            missed: vec![],
            responses: vec![],
            counts_for_table: true,
        }
    }

    #[test]
    fn no_question_comes_back_until_all_were_asked() {
        let pool = pool(23);
        let mut history = History::default();
        let mut asked = BTreeSet::new();
        for round in 0..4 {
            let deck = deck(&pool, &quiz_options(5), &history, round);
            assert!(asked.is_disjoint(&ids(&deck)), "round {round}");
            asked.extend(ids(&deck));
            let played: Vec<(&str, usize)> = deck.iter().map(|question| (question.id.as_str(), 0)).collect();
            history.record(&self::played(&played), Timestamp(round as i64));
        }
        // Three are left, and two of those asked longest ago.
        let first: BTreeSet<String> = ids(&deck(&pool, &quiz_options(5), &History::default(), 0));
        let last = ids(&deck(&pool, &quiz_options(5), &history, 4));
        assert_eq!(last.difference(&asked).count(), 3);
        assert!(last.intersection(&asked).all(|id| first.contains(id)));
    }

    #[test]
    fn rounds_at_the_same_time_have_different_questions() {
        let pool = pool(10);
        let first = deck(&pool, &quiz_options(5), &History::default(), 1);
        let history = History::default().with_deck(&first, Timestamp(1));
        let second = deck(&pool, &quiz_options(5), &history, 2);
        assert!(ids(&first).is_disjoint(&ids(&second)));
    }

    #[test]
    fn missed_questions_come_back_earlier() {
        let pool = pool(12);
        let mut history = History::default();
        for n in 0..12 {
            let wrong = if n == 5 { 4 } else { 0 };
            history.record(&played(&[(&format!("q{n:02}"), wrong)]), Timestamp(n));
        }
        let drawn = ids(&deck(&pool, &quiz_options(4), &history, 1));
        assert_eq!(drawn, ["q00", "q01", "q02", "q05"].map(str::to_owned).into());
    }

    #[test]
    fn a_deck_is_as_long_as_the_pool_at_most() {
        assert_eq!(deck(&pool(3), &quiz_options(5), &History::default(), 1).len(), 3);
        assert_eq!(deck(&[], &quiz_options(5), &History::default(), 1), []);
    }

    #[test]
    fn the_seed_decides_the_order_of_questions_and_options() {
        let pool = pool(8);
        let draw = |seed| deck(&pool, &quiz_options(8), &History::default(), seed);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let keys: BTreeSet<usize> = (0..20).flat_map(draw).flat_map(|question| question.keys).collect();
        assert_eq!(keys, [0, 1, 2, 3].into());
        for question in draw(3) {
            assert_eq!(question.options[question.keys[0]], "right");
        }
    }

    #[test]
    fn one_question_does_not_give_away_the_next() {
        let mut pool = pool(4);
        pool.extend((0..4).map(|n| question(&format!("other{n}"), "e00")));
        for seed in 0..20 {
            let entries: BTreeSet<String> = deck(&pool, &quiz_options(4), &History::default(), seed)
                .iter()
                .filter_map(|question| question.read_up.as_ref().map(|read_up| read_up.id.to_string()))
                .collect();
            assert_eq!(entries.len(), 4, "seed {seed}");
        }
        // If there are no others, these are better than none.
        assert_eq!(deck(&pool, &quiz_options(8), &History::default(), 1).len(), 8);
    }

    #[test]
    fn a_topic_is_understood_as_people_type_it() {
        let mut questions =
            vec![question("commitment", "aws-commitment"), question("chips", "custom-silicon")];
        questions[0].section = Some("What Is Amazon's $5B Anthropic Deal?".into());
        questions[0].topics.push("figures numbers facts".into());
        questions[1].section = Some("What Comes Next for This Partnership?".into());
        questions[1].topics.push("Will Amazon and Anthropic design their own chips?".into());
        #[track_caller]
        fn check(questions: &[Question], topic: &str, expected: &[&str]) {
            let quiz_options = QuizOptions { topic: Some(topic.into()), ..QuizOptions::default() };
            let found = ids(&deck(questions, &quiz_options, &History::default(), 1));
            assert_eq!(found, expected.iter().map(|id| (*id).to_owned()).collect(), "{topic}");
        }
        check(&questions, "aws-commitment", &["commitment"]);
        check(&questions, "AWS", &["commitment"]);
        check(&questions, "figures", &["commitment"]);
        check(&questions, "figure", &["commitment"]);
        check(&questions, "commitments", &["commitment"]);
        check(&questions, "what comes next", &["chips"]);
        check(&questions, "partnershp", &["chips"]);
        check(&questions, "custom silicon", &["chips"]);
        check(&questions, "questions about chips", &["chips"]);
        check(&questions, "amazon’s chips", &["chips"]);
        check(&questions, "amazon", &["chips", "commitment"]);
        check(&questions, "the", &["chips", "commitment"]);
        check(&questions, "football", &[]);
        check(&questions, "amazon football league", &[]);
    }

    #[test]
    fn tags_choose_and_the_rest_of_the_topic_is_matched_among_them() {
        let mut questions = pool(4);
        for (question, tags) in
            questions.iter_mut().zip([&["hard", "amazon"][..], &["hard"], &["Amazon Web Services"], &[]])
        {
            question.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        }
        questions[3].topics.push("hardware of amazon".into());
        #[track_caller]
        fn check(questions: &[Question], topic: &str, expected: &[&str]) {
            let quiz_options = QuizOptions { topic: Some(topic.into()), ..QuizOptions::default() };
            let found = ids(&deck(questions, &quiz_options, &History::default(), 1));
            assert_eq!(found, expected.iter().map(|id| (*id).to_owned()).collect(), "{topic}");
        }
        check(&questions, "hard", &["q00", "q01"]);
        check(&questions, "Hard questions about amazon", &["q00"]);
        check(&questions, "amazon web services", &["q02"]);
        check(&questions, "hardware", &["q03"]);
        check(&questions, "hard e01", &["q01"]);
    }

    #[test]
    fn a_round_goes_from_easy_to_hard() {
        let mut questions = pool(6);
        let difficulties = [Difficulty::Hard, Difficulty::Easy, Difficulty::Medium];
        for (question, difficulty) in questions.iter_mut().zip(difficulties) {
            question.difficulty = Some(difficulty);
        }
        for seed in 0..20 {
            let deck = deck(&questions, &quiz_options(6), &History::default(), seed);
            assert_eq!((deck[0].id.as_str(), deck[5].id.as_str()), ("q01", "q00"), "seed {seed}");
        }
    }

    #[test]
    fn options_that_keep_their_place_are_not_shuffled() {
        let mut pool = pool(1);
        pool[0].n_kept = 2;
        let mut firsts = BTreeSet::new();
        for seed in 0..20 {
            let question = deck(&pool, &quiz_options(1), &History::default(), seed).remove(0);
            assert_eq!(question.options[2..], ["false", "amiss"]);
            assert_eq!(question.options[question.keys[0]], "right");
            firsts.insert(question.options[0].clone());
        }
        assert_eq!(firsts.len(), 2);
    }

    #[test]
    fn a_history_forgets_what_is_oldest() {
        let mut history = History::default();
        for n in 0..1_100 {
            history.record(&played(&[(&format!("q{n}"), 0)]), Timestamp(n));
        }
        assert_eq!(history.questions.len(), MAX_REMEMBERED);
        assert!(!history.questions.contains_key("q99") && history.questions.contains_key("q100"));
    }
}
