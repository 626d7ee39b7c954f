//! Where lines begin.

use std::ops::Range;

/// The lines of one text.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    /// In bytes, ascending; the first is 0.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub fn of(text: &'t str) -> Lines<'t> {
        let newlines = text.match_indices('\n').map(|(newline, _)| newline + 1);
        Lines { text, starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The line and column of a byte, both counted from 1; columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let end = self.text.floor_char_boundary(offset).max(start);
        (line, self.text[start..end].chars().count() + 1)
    }

    /// The bytes of the whole lines that a range touches, without the last line end.
    pub(super) fn around(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.starts[self.line(range.start) - 1];
        let end = self.starts.get(self.line(range.end)).map_or(self.text.len(), |next| next - 1);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let lines = Lines::of("äö\nb\n");
        #[track_caller]
        fn check(lines: &Lines<'_>, offset: usize, expected: (usize, usize)) {
            assert_eq!(lines.position(offset), expected, "at {offset}");
        }
        check(&lines, 0, (1, 1));
        check(&lines, 2, (1, 2));
        check(&lines, 4, (1, 3));
        check(&lines, 5, (2, 1));
        check(&lines, 7, (3, 1));
        check(&Lines::of(""), 0, (1, 1));
        assert_eq!(lines.around(&(5..6)), 5..6);
        assert_eq!(lines.around(&(0..6)), 0..6);
    }
}
