//! Slips of the finger, the same ones every time.

/// One slip is made in this many letters, as in hasty typing on a phone.
const LETTERS_PER_SLIP: usize = 8;

/// A text with typos: two letters swapped, one left out, doubled, or another one of the text in its place.
pub fn with_typos(text: &str) -> String {
    // Seeded with the text (FNV-1a), stepped as a linear congruential generator (Knuth's MMIX constants).
    let mut state = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut letters: Vec<char> = text.chars().collect();
    let n_slips = letters.iter().filter(|it| it.is_alphabetic()).count() / LETTERS_PER_SLIP;
    for _ in 0..n_slips {
        let places: Vec<usize> = (0..letters.len()).filter(|it| letters[*it].is_alphabetic()).collect();
        let place = places[next(places.len())];
        match next(4) {
            0 if letters.get(place + 1).is_some_and(|it| it.is_alphabetic()) => {
                letters.swap(place, place + 1)
            }
            1 => letters.insert(place, letters[place]),
            2 => letters[place] = letters[places[next(places.len())]],
            _ => {
                letters.remove(place);
            }
        }
    }
    letters.into_iter().collect()
}
