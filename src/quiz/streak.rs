//! Days in a row.

/// How many days in a row end today or yesterday. The days are numbered from any origin: the latest first, each once.
pub fn streak(days: &[i64], today: i64) -> u32 {
    let Some(&last) = days.first().filter(|&&last| last == today || last == today - 1) else { return 0 };
    let in_a_row = days.iter().zip((i64::MIN..=last).rev()).take_while(|(day, expected)| *day == expected);
    u32::try_from(in_a_row.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::streak;

    #[test]
    fn a_streak_ends_with_a_day_left_out() {
        assert_eq!(streak(&[], 10), 0);
        assert_eq!(streak(&[10], 10), 1);
        assert_eq!(streak(&[9, 8, 7], 10), 3);
        assert_eq!(streak(&[10, 9, 7], 10), 2);
        assert_eq!(streak(&[8, 7], 10), 0);
    }
}
