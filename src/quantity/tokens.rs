//! A text cut into runs of digits, words and single symbols.

use std::ops::Range;

/// A run of digits, a run of letters, or one other visible character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    /// The text in lower case; for words only, otherwise empty.
    pub(super) word: String,
    pub(super) span: Range<usize>,
    pub(super) gap: Gap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII digits.
    Digits,
    Word,
    Symbol(char),
}

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: the token is glued to the one before.
    None,
    /// One space, as between groups of thousands.
    Space,
    /// More white space, or the start of the text.
    Wide,
}

impl Token<'_> {
    pub(super) fn glued(&self) -> bool {
        self.gap == Gap::None
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.kind == Kind::Symbol(symbol)
    }

    pub(super) fn is_digits(&self) -> bool {
        self.kind == Kind::Digits
    }

    /// The digits as a small number, where they are one.
    pub(super) fn small_number(&self) -> Option<u32> {
        if self.is_digits() && self.text.len() <= 8 { self.text.parse().ok() } else { None }
    }
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut gap = Gap::Wide;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        if character.is_whitespace() {
            gap = match gap {
                Gap::None if !matches!(character, '\n' | '\r' | '\t') => Gap::Space,
                _ => Gap::Wide,
            };
            continue;
        }
        let kind = if character.is_ascii_digit() {
            Kind::Digits
        } else if character.is_alphabetic() {
            Kind::Word
        } else {
            Kind::Symbol(character)
        };
        match tokens.last_mut() {
            Some(last) if gap == Gap::None && last.kind == kind && !matches!(kind, Kind::Symbol(_)) => {
                last.span.end = end;
            }
            _ => tokens.push(Token { kind, text: "", word: String::new(), span: start..end, gap }),
        }
        gap = Gap::None;
    }
    for token in &mut tokens {
        token.text = &text[token.span.clone()];
        if token.kind == Kind::Word {
            token.word = token.text.to_lowercase();
        }
    }
    tokens
}
