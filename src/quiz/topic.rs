//! The topic of a round, as it is stored with its scores.

use super::about::words;

/// The topic of the daily questions. No topic that people type has a slash.
pub const DAILY_TOPIC: &str = "/daily";

/// The topic of rounds in which people send numbers.
pub const GUESS_TOPIC: &str = "/guess";

/// The longest topic, in bytes: a button that leads to its table has to hold it.
const LONGEST: usize = 48;

/// A topic as it is stored: the words that say something, in lower case. `None` if there are none.
pub fn topic_key(topic: &str) -> Option<String> {
    let mut key = words(topic).join(" ");
    key.truncate(key.floor_char_boundary(LONGEST));
    let key = key.trim_end();
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_the_same_however_it_is_typed() {
        let key = |topic: &str| topic_key(topic);
        assert_eq!(key("questions about the History!").as_deref(), Some("history"));
        assert_eq!(key("Amazon’s chips"), key("amazon chips"));
        assert_eq!(key("/daily").as_deref(), Some("daily"));
        assert_eq!(key("the"), None);
        let long = key(&"ж".repeat(1_000)).expect("a topic");
        assert_eq!(long.len(), 48);
        assert_eq!(key(&long), Some(long));
    }
}
