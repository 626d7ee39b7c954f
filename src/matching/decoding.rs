//! How to read a message of which hardly a word is known: typed with the wrong keyboard on, or in Latin letters.

use std::fmt;

use crate::language::{Language, keyboard};

/// How a message was read that was unknown as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decoding {
    /// The keys that were hit, on this language's keyboard, and the text they give.
    Keyboard(Language, String),
    /// This language, written in Latin letters.
    LatinLetters(Language),
}

impl Decoding {
    /// The message as if this language's keyboard had been on; words known as typed stay. `None` without such a
    /// keyboard.
    pub(crate) fn on_keyboard(
        message: &str,
        language: Language,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Decoding> {
        let mut text = String::with_capacity(message.len() * 2);
        for token in message.split_inclusive(char::is_whitespace) {
            if is_known(token.trim()) {
                text.push_str(token);
            } else {
                text.push_str(&keyboard::letters_on_keys(token, language)?);
            }
        }
        Some(Decoding::Keyboard(language, text))
    }
}

impl fmt::Display for Decoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decoding::Keyboard(language, text) => {
                write!(formatter, "Read as typed on a keyboard for {}: {}", language.name(), text.trim())
            }
            Decoding::LatinLetters(language) => {
                write!(formatter, "Read as {} in Latin letters", language.name())
            }
        }
    }
}
