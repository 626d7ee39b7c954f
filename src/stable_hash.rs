//! Names and seeds that never change.

/// A number that depends on every byte of the text and on nothing else (FNV-1a, 64 bits,
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>).
///
/// Unlike those of the standard library's hashers it may be stored.
pub(crate) fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_that_of_the_published_algorithm() {
        assert_eq!(stable_hash("foobar"), 0x8594_4171_F739_67E8);
    }
}
