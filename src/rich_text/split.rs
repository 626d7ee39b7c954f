//! Cutting text to Telegram's limits.

use super::RichText;

impl RichText {
    /// Parts of at most `limit` characters (Unicode code points), cut where a reader would pause: between
    /// paragraphs, else lines, sentences, words. White space at the cuts is dropped, formatting is kept.
    ///
    /// Always at least one part; `limit` counts as 1 when it is 0.
    pub fn split(&self, limit: usize) -> Vec<RichText> {
        let mut parts = Vec::new();
        let mut rest = self.trimmed();
        while rest.n_chars() > limit {
            let cut = cut(&rest.text, limit.max(1));
            let part = rest.slice(0..cut).trimmed();
            if !part.is_empty() {
                parts.push(part);
            }
            rest = rest.slice(cut..rest.text.len()).trimmed();
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(rest);
        }
        parts
    }

    /// At most `limit` characters (Unicode code points), with "…" where something was left out.
    pub fn truncate(&self, limit: usize) -> RichText {
        if self.n_chars() <= limit {
            return self.clone();
        }
        let end = whole(&self.text, char_boundary(&self.text, limit.saturating_sub(1)));
        let mut kept = self.slice(0..end).trimmed();
        if limit > 0 {
            kept.push("…");
        }
        kept
    }

    fn trimmed(&self) -> RichText {
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len().max(start);
        if (start, end) == (0, self.text.len()) { self.clone() } else { self.slice(start..end) }
    }
}

/// The byte position to cut at, such that at most `limit` characters come before it. A pause in the first quarter is
/// too early: a small part before a large one reads badly.
fn cut(text: &str, limit: usize) -> usize {
    let head = &text[..char_boundary(text, limit)];
    let late_enough = |at: &usize| *at >= head.len() / 4;
    let sentence = || {
        let ends =
            [". ", "! ", "? ", "… "].into_iter().filter_map(|end| Some(head.rfind(end)? + end.len() - 1));
        ends.max()
    };
    None.or_else(|| head.rfind("\n\n").filter(late_enough))
        .or_else(|| head.rfind('\n').filter(late_enough))
        .or_else(|| sentence().filter(late_enough))
        .or_else(|| head.rfind(char::is_whitespace).filter(|at| *at > 0))
        .unwrap_or_else(|| whole(text, head.len()))
}

/// The byte position after the first `n` characters.
fn char_boundary(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// Moves a cut back so that it does not fall inside what a person sees as one character: before a combining
/// mark, a variation selector, a skin tone, or a joiner, or after a joiner. (Unicode Annex 29 knows more cases;
/// these are the ones people type.)
fn whole(text: &str, at: usize) -> usize {
    let joins = |c: char| {
        unicode_normalization::char::is_combining_mark(c)
            || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
    };
    let inside = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        after.is_some_and(joins) || before == Some('\u{200d}')
    };
    let mut cut = at;
    while cut > 0 && cut < text.len() && inside(cut) {
        cut -= text[..cut].chars().next_back().map_or(0, char::len_utf8);
    }
    // A part that is all marks (zalgo) is cut at the limit.
    if cut == 0 { at } else { cut }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{RichText, markdown, tests::check, utf16_len};

    #[track_caller]
    fn splits(text: &str, limit: usize, expected: &[&str]) {
        let parts: Vec<String> =
            RichText::plain(text).split(limit).into_iter().map(|part| part.text).collect();
        assert_eq!(parts, expected);
    }

    #[test]
    fn cuts_where_a_reader_would_pause() {
        splits("short", 10, &["short"]);
        splits("", 10, &[""]);
        splits("one two.\n\nthree four five", 20, &["one two.", "three four five"]);
        splits("One is here. Two is there.", 20, &["One is here.", "Two is there."]);
        splits("aaaa bbbb cccc", 9, &["aaaa", "bbbb cccc"]);
        splits("aaaaaaaaaa", 4, &["aaaa", "aaaa", "aa"]);
    }

    #[test]
    fn keeps_families_together() {
        splits("ab👨‍👩‍👧", 6, &["ab", "👨‍👩‍👧"]);
        splits("abe\u{301}x", 3, &["ab", "e\u{301}x"]);
    }

    #[test]
    fn formatting_goes_on_behind_a_cut() {
        let parts = markdown("**one two. three four.** five").split(15);
        check(&parts[0], "<b>one two.</b>");
        check(&parts[1], "<b>three four.</b>");
        check(&parts[2], "five");
    }

    #[test]
    fn truncation_says_so() {
        check(&markdown("**one two three**").truncate(8), "<b>one two</b>…");
        check(&markdown("**one**").truncate(3), "<b>one</b>");
        check(&markdown("one").truncate(0), "");
    }

    proptest! {
        #[test]
        fn parts_fit_and_lose_only_white_space(text in r"(\PC|[ \n*_.]){0,200}", limit in 1_usize..40) {
            let rich = markdown(&text);
            let parts = rich.split(limit);
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let joined: String = parts.iter().map(|part| part.text.as_str()).collect();
            prop_assert_eq!(visible(&joined), visible(&rich.text));
            for part in &parts {
                prop_assert!(part.n_chars() <= limit);
                let length = utf16_len(&part.text);
                prop_assert!(part.entities.iter().all(|it| it.length > 0 && it.offset + it.length <= length));
            }
        }
    }
}
