//! A text cut into runs of digits, words and single symbols, each as English would write it.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::locale::Locale;
use crate::language::{Script, digit_value, letters, script_of};

/// A run of digits, a run of letters, or one other visible character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    /// As written; the digits of all scripts as ASCII ones.
    pub(super) text: Cow<'t, str>,
    /// The text in lower case, or its English equivalent; for words only, otherwise empty.
    pub(super) word: Cow<'static, str>,
    pub(super) span: Range<usize>,
    pub(super) gap: Gap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Digits,
    Word,
    Symbol(char),
}

/// The white space before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: the token is glued to the one before.
    None,
    /// One space, as between groups of thousands; or nothing, where the script has no spaces.
    Space,
    /// More white space, or the start of the text.
    Wide,
}

impl Token<'_> {
    pub(super) fn glued(&self) -> bool {
        self.gap == Gap::None
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.kind == TokenKind::Symbol(symbol)
    }

    pub(super) fn is_digits(&self) -> bool {
        self.kind == TokenKind::Digits
    }

    /// The digits as a small number, if they are one.
    pub(super) fn small_number(&self) -> Option<u32> {
        if self.is_digits() && self.text.len() <= 8 { self.text.parse().ok() } else { None }
    }
}

/// The tokens of a text in English and in these languages.
pub(super) fn tokens<'t>(text: &'t str, locales: &[&'static Locale]) -> Vec<Token<'t>> {
    let mut tokens: Vec<Token<'t>> = Vec::new();
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
        let kind = if digit_value(character).is_some() {
            TokenKind::Digits
        } else if character.is_alphabetic() || is_combining_mark(character) {
            TokenKind::Word
        } else {
            TokenKind::Symbol(in_english(character))
        };
        match tokens.last_mut() {
            Some(last) if gap == Gap::None && last.kind == kind && !matches!(kind, TokenKind::Symbol(_)) => {
                last.span.end = end;
            }
            _ => tokens.push(Token { kind, text: "".into(), word: "".into(), span: start..end, gap }),
        }
        gap = Gap::None;
    }
    for token in &mut tokens {
        let written = &text[token.span.clone()];
        token.text = match token.kind {
            TokenKind::Digits if !written.is_ascii() => written
                .chars()
                .filter_map(digit_value)
                .map(|digit| digit.to_string())
                .collect::<String>()
                .into(),
            _ => written.into(),
        };
        if token.kind == TokenKind::Word {
            token.word = translated(written, locales);
        }
    }
    if locales.is_empty() {
        return tokens;
    }
    let mut tokens = cut_where_no_space_is(tokens, text, locales);
    locales.iter().filter(|it| it.has_decimal_comma).take(1).for_each(|_| swap_marks(&mut tokens));
    locales.iter().filter(|it| it.is_day_first).take(1).for_each(|_| dot_dates(&mut tokens));
    tokens
}

/// The English sign for a full-width one, and for those of Arabic script.
fn in_english(symbol: char) -> char {
    match symbol {
        '٫' => '.',
        '٬' | '،' => ',',
        '٪' => '%',
        '￥' => '¥',
        '￡' => '£',
        '￦' => '₩',
        '﹪' => '%',
        '﹩' => '$',
        '！'..='～' => char::from_u32(u32::from(symbol) - 0xfee0).unwrap_or(symbol),
        _ => symbol,
    }
}

fn translated(written: &str, locales: &[&'static Locale]) -> Cow<'static, str> {
    let lower = || written.to_lowercase();
    if locales.is_empty() {
        return lower().into();
    }
    let plain = letters::plain(written);
    locales.iter().find_map(|locale| locale.translated(&plain)).map_or_else(|| lower().into(), Cow::Borrowed)
}

/// Cuts words of scripts without spaces, and Korean ones after a number, into known ones: "億円", "억원".
/// Neither they nor the digits beside them are glued to each other, as letters are to the digits of a name.
fn cut_where_no_space_is<'t>(
    tokens: Vec<Token<'t>>,
    text: &'t str,
    locales: &[&'static Locale],
) -> Vec<Token<'t>> {
    let is_uncut = |token: &Token<'_>| {
        let script = token.text.chars().next().and_then(script_of);
        token.kind == TokenKind::Word
            && script.is_some_and(|script| script.is_without_spaces() || script == Script::Hangul)
    };
    let mut cut: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    let mut after_uncut = false;
    for mut token in tokens {
        let uncut = is_uncut(&token);
        if (uncut || after_uncut) && token.gap == Gap::None && !matches!(token.kind, TokenKind::Symbol(_)) {
            token.gap = Gap::Space;
        }
        after_uncut = uncut;
        if !uncut {
            cut.push(token);
            continue;
        }
        let Range { mut start, end } = token.span;
        let mut gap = token.gap;
        while start < end {
            let rest = &text[start..end];
            let known = locales.iter().filter_map(|locale| locale.prefix(rest)).max();
            let length = known.unwrap_or_else(|| unknown_length(rest, locales));
            let written = &rest[..length];
            cut.push(Token {
                kind: TokenKind::Word,
                text: written.into(),
                word: translated(written, locales),
                span: start..start + length,
                gap,
            });
            gap = Gap::Space;
            start += length;
        }
    }
    cut
}

/// The distance to the next known word, in bytes.
fn unknown_length(rest: &str, locales: &[&'static Locale]) -> usize {
    let starts = rest.char_indices().skip(1).map(|(index, _)| index);
    starts
        .filter(|start| locales.iter().any(|locale| locale.prefix(&rest[*start..]).is_some()))
        .chain([rest.len()])
        .next()
        .unwrap_or(rest.len())
}

/// Commas and points between digits as in English: "1.500,5" becomes "1,500.5". A point before three digits separates
/// thousands here; before fewer it is decimal in any language, and dates keep theirs.
fn swap_marks(tokens: &mut [Token<'_>]) {
    for middle in 1..tokens.len().saturating_sub(1) {
        let [before, mark, after] = &tokens[middle - 1..=middle + 1] else { continue };
        if !(before.is_digits() && mark.glued() && after.is_digits() && after.glued()) {
            continue;
        }
        let kind = match mark.kind {
            TokenKind::Symbol(',') => TokenKind::Symbol('.'),
            TokenKind::Symbol('.') if after.text.len() == 3 && before.text != "0" => TokenKind::Symbol(','),
            _ => continue,
        };
        tokens[middle].kind = kind;
    }
}

/// "12/11/2023" as "12.11.2023", which is read with the day first.
fn dot_dates(tokens: &mut [Token<'_>]) {
    for start in 0..tokens.len().saturating_sub(4) {
        let [day, first, month, second, year] = &tokens[start..start + 5] else { continue };
        let is_date = [day, month, year].iter().all(|it| it.is_digits())
            && year.text.len() == 4
            && first.is_symbol('/')
            && second.is_symbol('/')
            && [first, month, second, year].iter().all(|it| it.glued());
        if is_date {
            tokens[start + 1].kind = TokenKind::Symbol('.');
            tokens[start + 3].kind = TokenKind::Symbol('.');
        }
    }
}

/// The digits before `next` and everything glued to them by `sign`.
pub(super) fn joined<'a, 't>(tokens: &'a [Token<'t>], next: usize, sign: char) -> Vec<&'a Token<'t>> {
    let mut parts = vec![&tokens[next - 1]];
    let mut at = next;
    while let Some([here, digits]) = tokens.get(at..at + 2)
        && here.is_symbol(sign)
        && here.glued()
        && digits.is_digits()
        && digits.glued()
    {
        parts.push(digits);
        at += 2;
    }
    parts
}
