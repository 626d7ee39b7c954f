//! The decimal digits of all scripts.

/// The zeros of the scripts that have decimal digits of their own (Unicode 16, category Nd, as far as people type them); nine
/// more follow each.
const ZEROS: [u32; 31] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x19d0, 0x1b50, 0xa8d0, 0xa9d0, 0xabf0, 0xff10, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7f6,
];

/// The value of a decimal digit of any script, 0 to 9.
pub fn digit_value(letter: char) -> Option<u32> {
    if letter.is_ascii() {
        return letter.to_digit(10);
    }
    let place = u32::from(letter);
    ZEROS.iter().find_map(|zero| place.checked_sub(*zero).filter(|value| *value < 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_have_their_value() {
        for digits in [
            "0123456789",
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "๐๑๒๓๔๕๖๗๘๙",
            "０１２３４５６７８９",
            "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
        ] {
            let values: Vec<u32> = digits.chars().filter_map(digit_value).collect();
            assert_eq!(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "{digits}");
        }
        for other in ['a', '½', '五', '²', 'Ⅴ'] {
            assert_eq!(digit_value(other), None, "{other}");
        }
    }
}
