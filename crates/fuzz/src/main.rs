//! Runs one door on what libFuzzer finds: `FUZZ_DOOR=update faqbot-fuzz …`. See `run`.

#![no_main]

#[path = "../../../tests/fuzz/doors.rs"]
mod doors;
mod webhook;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

use crate::doors::Door;

static DOOR: LazyLock<Door> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_DOOR").expect("FUZZ_DOOR names a door");
    let mut doors = doors::DOORS.into_iter().chain([("webhook", webhook::door as Door)]);
    doors.find(|(name, _)| *name == wanted).expect("FUZZ_DOOR names a door").1
});

fuzz_target!(|bytes: &[u8]| DOOR(bytes));
