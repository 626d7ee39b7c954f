//! A language as it is stored: by its code. A code that is not known any more, or not yet, reads as none.

use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

use super::Language;

pub(crate) fn serialize<S: Serializer>(
    language: &Option<Language>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    language.map(Language::code).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Language>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|code| Language::from_code(&code)))
}
