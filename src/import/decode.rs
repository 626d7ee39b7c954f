//! The text of a file in whatever encoding it was saved.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A text, with `\n` at the ends of its lines.
pub(super) struct Decoded {
    pub(super) text: String,
    /// The guessed encoding, if it was a guess.
    pub(super) note: Option<String>,
}

/// Decodes by the byte order mark, as UTF-8, or by a guess from the letters.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let (encoding, guessed) = match marked {
        Some(encoding) => (encoding, false),
        None if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) => (UTF_8, false),
        None => (utf_16(bytes).unwrap_or_else(|| guess(bytes)), true),
    };
    let (text, _, had_errors) = encoding.decode(bytes);
    if had_errors || text.contains('\0') {
        return Err("the encoding of this text is not known: save it as UTF-8".into());
    }
    let note = guessed.then(|| {
        format!(
            "read as {}, which is a guess: look at letters such as ä, é or ї, or save it as UTF-8",
            encoding.name()
        )
    });
    Ok(Decoded { text: text.replace("\r\n", "\n").replace('\r', "\n"), note })
}

/// UTF-16 without a mark: every other byte of plain letters is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = bytes.len() / 8 + 1;
    match (even > many, odd > many) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn old_encodings_are_found_and_reported() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str, guessed: &str) {
            let decoded = decode(bytes).unwrap_or_else(|message| panic!("{message}"));
            assert_eq!(decoded.text, expected);
            assert!(decoded.note.unwrap_or_default().contains(guessed));
        }
        check("Grüße\r\n".as_bytes(), "Grüße\n", "");
        check(b"\xef\xbb\xbfok", "ok", "");
        check(b"\xff\xfea\0b\0", "ab", "");
        check(b"a\0b\0c\0d\0", "abcd", "UTF-16LE");
        check(
            b"Wann habt ihr ge\xf6ffnet? F\xfcr alle.",
            "Wann habt ihr geöffnet? Für alle.",
            "windows-1252",
        );
        check(
            b"\xca\xee\xe3\xe4\xe0 \xe2\xfb \xee\xf2\xea\xf0\xfb\xe2\xe0\xe5\xf2\xe5\xf1\xfc?",
            "Когда вы открываетесь?",
            "windows-1251",
        );
        assert!(decode(b"PK\x03\x04\0\0\0\0\xff\xfe\0").is_err());
    }
}
