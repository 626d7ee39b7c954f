//! What people type after `/quiz`.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::about::is_filler;

/// How many questions a round has.
pub const QUESTIONS: RangeInclusive<u32> = 1..=30;

/// How many seconds a question takes. Telegram closes polls after 5 to 600 seconds.
pub const SECONDS: RangeInclusive<u32> = 5..=600;

/// A round as requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizOptions {
    /// Within [`QUESTIONS`].
    pub n_questions: usize,
    /// For each question, within [`SECONDS`].
    pub seconds: u32,
    /// As typed, to be matched by [`deck`](super::deck()).
    pub topic: Option<String>,
    /// Only questions to which people send a number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guess: bool,
}

impl Default for QuizOptions {
    fn default() -> Self {
        QuizOptions { n_questions: 5, seconds: 20, topic: None, guess: false }
    }
}

/// Why a request cannot be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuizOptionsError {
    /// Their number is not within [`QUESTIONS`].
    Questions,
    /// Their number is not within [`SECONDS`].
    Seconds,
    /// More than questions and seconds.
    TooManyNumbers,
}

/// Reads `[questions] [seconds] [topic]`, the text after `/quiz`.
///
/// A number with a unit is taken literally (`30s`, `2 min`, `10 questions`, `10x30`). Of bare numbers at the start
/// or the end, the first counts the questions, unless only the other order is within the limits; a single one
/// counts the questions. The rest is the topic, without the words that lead to it or end the sentence ("about", "each"); a
/// number beside it that could count nothing belongs to it ("september 2023"). Anything left out is as in `usual`.
pub fn parse_quiz_options(text: &str, usual: &QuizOptions) -> Result<QuizOptions, QuizOptionsError> {
    let mut words: Vec<Word> = text.split_whitespace().flat_map(read_word).collect();
    join_units(&mut words);
    drop_filler(&mut words);

    let mut questions = None;
    let mut seconds = None;
    let mut bare = Vec::new();
    let is_topic = |word: &Word| matches!(word, Word::Topic(_));
    let topic_starts = words.iter().position(is_topic).unwrap_or(words.len());
    let topic_ends = words.iter().rposition(is_topic).map_or(words.len(), |last| last + 1);
    let mut topic = Vec::new();
    for (index, word) in words.into_iter().enumerate() {
        match word {
            Word::Topic(word) => topic.push(word),
            // A number in the middle of the topic's words is one of them: "since september 2023 only".
            Word::Number(_, word) if (topic_starts..topic_ends).contains(&index) => topic.push(word),
            Word::Number(number, word) if topic_ends > topic_starts && number > i64::from(*SECONDS.end()) => {
                topic.push(word)
            }
            Word::Number(number, _) => bare.push(number),
            Word::Questions(number) => set(&mut questions, number)?,
            Word::Seconds(number) => set(&mut seconds, number)?,
        }
    }

    for number in assign(&bare, questions.is_some(), seconds.is_some())? {
        match number {
            Assigned::Questions(number) => questions = Some(number),
            Assigned::Seconds(number) => seconds = Some(number),
        }
    }
    Ok(QuizOptions {
        n_questions: questions.map_or(Ok(usual.n_questions), checked_questions)?,
        seconds: seconds.map_or(Ok(usual.seconds), checked_seconds)?,
        topic: (!topic.is_empty()).then(|| topic.join(" ").trim_end_matches(PUNCTUATION).to_owned()),
        guess: usual.guess,
    })
}

/// Punctuation between the parts of a request, and at its end.
const PUNCTUATION: [char; 6] = [',', '.', ';', ':', '!', '?'];

/// Drops filler before, after and instead of a topic: "10 questions about money, please".
fn drop_filler(words: &mut Vec<Word>) {
    let tells = |word: &Word| match word {
        Word::Topic(word) => {
            let word = word.to_lowercase();
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            !word.is_empty() && !is_filler(word)
        }
        _ => false,
    };
    let first = words.iter().position(tells).unwrap_or(words.len());
    let last = words.iter().rposition(tells).unwrap_or(0);
    let mut place = 0..;
    words.retain(|word| {
        let inside = (first..=last).contains(&place.next().unwrap_or(0));
        inside || !matches!(word, Word::Topic(_))
    });
}

/// One word of a request.
enum Word {
    Questions(i64),
    Seconds(i64),
    /// A number without a unit, and how it was written.
    Number(i64, String),
    Topic(String),
}

fn read_word(word: &str) -> Vec<Word> {
    let digits_end = word
        .char_indices()
        .find(|&(at, c)| !(c.is_ascii_digit() || at == 0 && c == '-'))
        .map_or(word.len(), |(at, _)| at);
    let (digits, rest) = word.split_at(digits_end);
    let Some(number) = read_number(digits) else { return vec![Word::Topic(word.to_owned())] };
    let rest = rest.trim_end_matches(PUNCTUATION);
    if rest.is_empty() {
        return vec![Word::Number(number, word.to_owned())];
    }
    // "10x30", "10/30": the number of questions, and of seconds for each.
    if let Some(other) = rest.strip_prefix(['x', 'X', '×', '*', '/']) {
        let other = other.trim_end_matches(['s', 'S']);
        if let Some(other) = read_number(other) {
            return vec![Word::Questions(number), Word::Seconds(other)];
        }
    }
    match unit(rest) {
        Some(Unit::Questions) => vec![Word::Questions(number)],
        Some(Unit::Seconds(factor)) => vec![Word::Seconds(number.saturating_mul(factor))],
        None => vec![Word::Topic(word.to_owned())],
    }
}

/// A whole number; one too long for 64 bits is as good as the largest: out of every range.
fn read_number(digits: &str) -> Option<i64> {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(i64::MAX))
}

enum Unit {
    Questions,
    /// How many seconds the unit has.
    Seconds(i64),
}

fn unit(word: &str) -> Option<Unit> {
    match word.to_lowercase().as_str() {
        "q" | "qs" | "question" | "questions" => Some(Unit::Questions),
        "s" | "sec" | "secs" | "second" | "seconds" => Some(Unit::Seconds(1)),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(Unit::Seconds(60)),
        _ => None,
    }
}

/// Joins a number with the unit in the next word: "30 seconds".
fn join_units(words: &mut Vec<Word>) {
    let mut index = 0;
    while index + 1 < words.len() {
        if let (Word::Number(number, _), Word::Topic(next)) = (&words[index], &words[index + 1]) {
            let joined = match unit(next.trim_end_matches(PUNCTUATION)) {
                Some(Unit::Questions) => Some(Word::Questions(*number)),
                Some(Unit::Seconds(factor)) => Some(Word::Seconds(number.saturating_mul(factor))),
                None => None,
            };
            if let Some(joined) = joined {
                words[index] = joined;
                words.remove(index + 1);
            }
        }
        index += 1;
    }
}

fn set(slot: &mut Option<i64>, number: i64) -> Result<(), QuizOptionsError> {
    match slot.replace(number) {
        None => Ok(()),
        Some(_) => Err(QuizOptionsError::TooManyNumbers),
    }
}

enum Assigned {
    Questions(i64),
    Seconds(i64),
}

/// Decides what the numbers without a unit count.
fn assign(bare: &[i64], has_questions: bool, has_seconds: bool) -> Result<Vec<Assigned>, QuizOptionsError> {
    use Assigned::{Questions, Seconds};
    match (bare, has_questions, has_seconds) {
        ([], _, _) => Ok(vec![]),
        (&[number], false, _) => Ok(vec![Questions(number)]),
        (&[number], true, false) => Ok(vec![Seconds(number)]),
        (&[first, second], false, false) => {
            let fits =
                |questions, seconds| checked_questions(questions).is_ok() && checked_seconds(seconds).is_ok();
            if !fits(first, second) && fits(second, first) {
                Ok(vec![Questions(second), Seconds(first)])
            } else {
                Ok(vec![Questions(first), Seconds(second)])
            }
        }
        _ => Err(QuizOptionsError::TooManyNumbers),
    }
}

fn checked_questions(number: i64) -> Result<usize, QuizOptionsError> {
    within(&QUESTIONS, number).map(|number| number as usize).ok_or(QuizOptionsError::Questions)
}

fn checked_seconds(number: i64) -> Result<u32, QuizOptionsError> {
    within(&SECONDS, number).ok_or(QuizOptionsError::Seconds)
}

fn within(range: &RangeInclusive<u32>, number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| range.contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, n_questions: usize, seconds: u32, topic: Option<&str>) {
        let options = QuizOptions { n_questions, seconds, topic: topic.map(str::to_owned), guess: false };
        assert_eq!(parse_quiz_options(text, &QuizOptions::default()), Ok(options), "/quiz {text}");
    }

    #[track_caller]
    fn refuse(text: &str, error: QuizOptionsError) {
        assert_eq!(parse_quiz_options(text, &QuizOptions::default()), Err(error), "/quiz {text}");
    }

    #[test]
    fn a_wish_is_numbers_and_a_topic_in_any_sensible_order() {
        check("", 5, 20, None);
        check("  ", 5, 20, None);
        check("10", 10, 20, None);
        check("10 30", 10, 30, None);
        check("30 10", 30, 10, None);
        check("60 10", 10, 60, None);
        check("2 20", 2, 20, None);
        check("20 2", 2, 20, None);
        check("30s 10", 10, 30, None);
        check("10 30s", 10, 30, None);
        check("30s", 5, 30, None);
        check("30 seconds", 5, 30, None);
        check("1 min, 3 questions", 3, 60, None);
        check("2m", 5, 120, None);
        check("3q 15", 3, 15, None);
        check("15 3q", 3, 15, None);
        check("10x30", 10, 30, None);
        check("10×30s aws", 10, 30, Some("aws"));
        check("aws", 5, 20, Some("aws"));
        check("aws 10", 10, 20, Some("aws"));
        check("10 aws 30", 10, 30, Some("aws"));
        check("10 30 vendor lock-in", 10, 30, Some("vendor lock-in"));
        check("$100 billion", 5, 20, Some("$100 billion"));
        check("20:1 8", 8, 20, Some("20:1"));
        check("deals of 2023 only", 5, 20, Some("deals of 2023 only"));
        check("10 questions about money, 20 seconds", 10, 20, Some("money"));
        check("about AWS", 5, 20, Some("AWS"));
        check("on the figures!", 5, 20, Some("figures"));
        check("5 questions of 20 seconds", 5, 20, None);
        check("10 questions and 30 seconds", 10, 30, None);
        check("10 questions, 20 seconds each", 10, 20, None);
        check("5 questions, please", 5, 20, None);
        check("10 with 30 seconds each", 10, 30, None);
        check("please give me 10 questions at 15", 10, 15, None);
        check("10/20", 10, 20, None);
        check("September 2023", 5, 20, Some("September 2023"));
        check("aws 2023", 5, 20, Some("aws 2023"));
        check("the future of aws 7", 7, 20, Some("future of aws"));
        check("1 5", 1, 5, None);
        check("30 600", 30, 600, None);
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        refuse("0", QuizOptionsError::Questions);
        refuse("31", QuizOptionsError::Questions);
        refuse("-3", QuizOptionsError::Questions);
        refuse("100 100", QuizOptionsError::Questions);
        refuse("10 601", QuizOptionsError::Seconds);
        refuse("3 2", QuizOptionsError::Seconds);
        refuse("4s", QuizOptionsError::Seconds);
        refuse("11 min", QuizOptionsError::Seconds);
        refuse("99999999999999999999", QuizOptionsError::Questions);
        refuse("9223372036854775807 min", QuizOptionsError::Seconds);
        refuse("1 2 3", QuizOptionsError::TooManyNumbers);
        refuse("10s 20s", QuizOptionsError::TooManyNumbers);
        refuse("5q 10s 7", QuizOptionsError::TooManyNumbers);
    }
}
