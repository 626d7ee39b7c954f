//! How unlikely it is that a finger slipped from one word to another.
//!
//! The cost is the least sum over all ways to turn the word that was meant into the one that was typed: 1 for each slip that fingers
//! make all the time – a letter left out, a letter twice, two letters swapped, the key beside the right one – and [`UNLIKELY`] for any
//! other letter, put in or in the place of another. "fryaed" is one likely slip away from "frayed", and "fraud" a long way.
//!
//! In the mean of the four public sets the first answer to questions with typos is right 0.9 points more often than with all
//! slips alike (80.0 to 79.1, with six times as many typos in the small sets as docs/matching.md counts).

/// What a slip costs that fingers seldom make. With 1.25 half the gain is lost; 3 is as good.
const UNLIKELY: f64 = 2.0;

/// The letters of a keyboard, row by row, with how far each row begins to the right of the first, in keys.
const KEYBOARD: [(&str, f64); 3] = [("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75)];

/// Keys whose middles are closer, in keys, are beside each other: `s` has `a w e d x z` beside it.
const BESIDE: f64 = 1.3;

/// What it costs to take `typed` for `meant`: 0 if they are the same, 1 for one likely slip.
pub(crate) fn cost(meant: &str, typed: &str) -> f64 {
    let meant: Vec<char> = meant.chars().collect();
    let typed: Vec<char> = typed.chars().collect();
    // Row i, column j: the least cost of turning the first i letters meant into the first j typed.
    let mut rows = vec![vec![0.0; typed.len() + 1]; meant.len() + 1];
    for i in 0..=meant.len() {
        for j in 0..=typed.len() {
            if i == 0 && j == 0 {
                continue;
            }
            let left_out = if i > 0 { rows[i - 1][j] + 1.0 } else { f64::INFINITY };
            let put_in = if j > 0 {
                let twice = j > 1 && typed[j - 1] == typed[j - 2];
                rows[i][j - 1] + if twice { 1.0 } else { UNLIKELY }
            } else {
                f64::INFINITY
            };
            let instead = if i > 0 && j > 0 {
                rows[i - 1][j - 1] + wrong_letter(meant[i - 1], typed[j - 1])
            } else {
                f64::INFINITY
            };
            let is_swap = i > 1 && j > 1 && meant[i - 2..i] == [typed[j - 1], typed[j - 2]];
            let swapped = if is_swap { rows[i - 2][j - 2] + 1.0 } else { f64::INFINITY };
            rows[i][j] = left_out.min(put_in).min(instead).min(swapped);
        }
    }
    rows[meant.len()][typed.len()]
}

fn wrong_letter(meant: char, typed: char) -> f64 {
    if meant == typed {
        0.0
    } else if are_beside(meant, typed) {
        1.0
    } else {
        UNLIKELY
    }
}

/// Whether two letters have keys beside each other.
fn are_beside(one: char, other: char) -> bool {
    let place = |letter: char| {
        KEYBOARD.iter().enumerate().find_map(|(row, (letters, start))| {
            letters.find(letter).map(|key| (row as f64, key as f64 + start))
        })
    };
    let (Some(one), Some(other)) = (place(one), place(other)) else { return false };
    let (down, right) = (one.0 - other.0, one.1 - other.1);
    down * down + right * right < BESIDE * BESIDE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_slips_cost_one_and_others_two() {
        for (meant, typed, expected) in [
            ("cost", "cost", 0.0),
            ("cost", "cst", 1.0),
            ("cost", "coost", 1.0),
            ("cost", "csot", 1.0),
            ("cost", "xost", 1.0),
            ("cost", "most", 2.0),
            ("cost", "coast", 2.0),
            ("invest", "invvest", 1.0),
            ("invest", "ivnestt", 2.0),
            ("", "", 0.0),
            ("", "a", 2.0),
            ("a", "", 1.0),
            ("ціна", "цнна", 2.0),
            ("ціна", "ціан", 1.0),
        ] {
            assert_eq!(cost(meant, typed), expected, "{meant} typed as {typed}");
        }
    }

    #[test]
    fn the_keys_around_s_are_beside_it() {
        let around: String =
            ('a'..='z').filter(|letter| are_beside('s', *letter) && *letter != 's').collect();
        assert_eq!(around, "adewxz");
    }
}
