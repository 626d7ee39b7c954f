//! The doors through which bytes come in. Each takes any bytes without a panic, and produces something sound.
//!
//! `cargo test fuzz::` runs them on the files in `tests/fuzz/<door>/`, `crates/fuzz` on whatever its search finds.

use std::path::Path;
use std::sync::LazyLock;

use faqbot::chat::{self, Context, Conversation, Event, Library, Me, Outgoing, PersonId};
use faqbot::import::{self, Columns, Import, Input, merge, write};
use faqbot::knowledge::{self, Knowledge, Severity, Source};
use faqbot::rich_text::{RichText, markdown, utf16_len};
use faqbot::telegram::{decode, read_json};
use faqbot::time::Timestamp;
use serde_json::{Value, json};

/// Takes the bytes of one input.
pub(crate) type Door = fn(&[u8]);

pub(crate) const DOORS: [(&str, Door); 7] = [
    ("button", button),
    ("folder", folder),
    ("import", import),
    ("markdown", answer),
    ("question", question),
    ("state", state),
    ("update", update),
];

const NOW: Timestamp = Timestamp(1_767_614_400_000);

/// The library of the transcripts.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find_map(|above| {
        let path = above.join("tests/transcripts/folder/library.toml");
        path.is_file().then_some(path)
    });
    let path = path.expect("it is in the repository");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let (knowledge, _) = knowledge::parse(&[Source { path: "library.toml".into(), text }]);
    Library::new(knowledge, "2026-06-01")
});

static ME: LazyLock<Me> = LazyLock::new(|| Me {
    id: PersonId(42),
    username: "library_bot".into(),
    reads_all_group_messages: false,
});

fn context() -> Context<'static> {
    Context::new(&LIBRARY, &ME, &[PersonId(7)])
}

/// A file of a folder.
fn folder(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sources = [Source { path: "faq/fuzz.toml".into(), text }];
    let (knowledge, diagnostics) = knowledge::parse(&sources);
    let rendered = knowledge::render(&diagnostics, &sources, false);
    assert!(diagnostics.is_empty() == rendered.is_empty());
    // The rest of it answers.
    Library::new(knowledge, "2026-06-01").matcher.ask("how much is it");
}

/// An update as Telegram delivers it.
fn update(bytes: &[u8]) {
    let Some(update) = read_json::<Value>(&String::from_utf8_lossy(bytes)) else { return };
    let Some(arrival) = decode(&update, &ME) else { return };
    // Stored events can be read back.
    let stored = serde_json::to_string(&arrival.event).expect("events are written");
    let read: Event = serde_json::from_str(&stored).expect("what was written is read");
    assert_eq!(read, arrival.event);
    play(Conversation::default(), [read.clone(), read, Event::Tick]);
}

/// Steps a chat, which is stored in between, and returns what it has become.
fn play(mut conversation: Conversation, events: impl IntoIterator<Item = Event>) -> Conversation {
    for event in events {
        let now = conversation.due().unwrap_or(NOW);
        let (next, _) = chat::step(context(), conversation, event, now);
        let stored = serde_json::to_string(&next).expect("states are written");
        conversation = serde_json::from_str(&stored).expect("what was written is read");
        assert_eq!(conversation, next);
    }
    conversation
}

/// The data of a button, in a group where there are an answer, a choice and a lobby.
fn button(bytes: &[u8]) {
    static BEFORE: LazyLock<Conversation> = LazyLock::new(|| {
        let says = |id: i64, text: &str| {
            let message = json!({"message_id": id, "date": 1, "text": text,
                "chat": {"id": -5, "type": "group", "title": "Tea"},
                "from": {"id": 8, "is_bot": false, "first_name": "Bob"}});
            let update = json!({"update_id": id, "message": message});
            decode(&update, &ME).expect("a message").event
        };
        let texts = ["/ask how much is a card", "/ask book", "/quiz 2 30", "/topics", "/settings"];
        play(Conversation::default(), (1..).zip(texts).map(|(id, text)| says(id, text)))
    });
    let data = String::from_utf8_lossy(bytes);
    for (person, keyboard) in [(7, json!([[{"text": "x", "callback_data": &data}]])), (8, Value::Null)] {
        let message = json!({"message_id": 9, "date": 1, "text": "x", "reply_markup": {"inline_keyboard": keyboard},
            "chat": {"id": -5, "type": "group", "title": "Tea"},
            "reply_to_message": {"message_id": 1, "text": "how much is a card"}});
        let tap = json!({"id": "1", "from": {"id": person, "is_bot": false, "first_name": "Ada"},
            "message": message, "data": data});
        let Some(arrival) = decode(&json!({"update_id": 9, "callback_query": tap}), &ME) else { return };
        let Event::Tap(tap) = &arrival.event else { panic!("a tap") };
        assert_eq!(tap.forged, keyboard.is_null());
        play(BEFORE.clone(), [arrival.event.clone(), arrival.event, Event::Tick]);
    }
}

/// Rows of a database: whatever can be read is written as it was, and knows when it is due.
///
/// It is not stepped: for a state that no version has ever written, a step need not make sense. It is caught there.
fn state(bytes: &[u8]) {
    fn written_as_read<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
        bytes: &[u8],
    ) -> Option<T> {
        let read: T = serde_json::from_slice(bytes).ok()?;
        let written = serde_json::to_string(&read).expect("states are written");
        assert_eq!(serde_json::from_str::<T>(&written).expect("what was written is read"), read);
        Some(read)
    }
    if let Some(conversation) = written_as_read::<Conversation>(bytes) {
        conversation.due();
    }
    written_as_read::<Event>(bytes);
    written_as_read::<Outgoing>(bytes);
}

/// Somebody's question; no message is longer.
fn question(bytes: &[u8]) {
    let question: String = String::from_utf8_lossy(bytes).chars().take(4_096).collect();
    let found = LIBRARY.matcher.ask(&question);
    assert!(found.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.confidence)));
    assert!(found.candidates.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
    LIBRARY.matcher.explain(&question);
    faqbot::quantity::quantities(&question, &faqbot::quantity::Locales::default());
}

/// The Markdown of an answer, as it is sent.
fn answer(bytes: &[u8]) {
    let check = |rich: &RichText| {
        let length = utf16_len(&rich.text);
        let is_inside = |offset: usize, n: usize| n > 0 && offset + n <= length;
        assert!(rich.entities.iter().all(|entity| is_inside(entity.offset, entity.length)));
    };
    let rich = markdown(&String::from_utf8_lossy(bytes));
    check(&rich);
    for part in rich.split(64) {
        assert!(part.n_chars() <= 64);
        check(&part);
    }
    check(&rich.truncate(20));
}

/// A file of another program; its name is in the first line.
fn import(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let name = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let input = Input { name, bytes: bytes[(end + 1).min(bytes.len())..].to_vec() };
    let Import { items, .. } = import::read(&[input], &Columns::default());
    let merged = merge::merge(items, &Knowledge::default());
    let files = write::files(&merged.items, "faq", "a file");
    let sources: Vec<Source> =
        files.iter().map(|file| Source { path: file.path.clone(), text: file.text.clone() }).collect();
    // The result is a folder that can be read.
    let (_, mut diagnostics) = knowledge::parse(&sources);
    diagnostics.retain(|it| it.severity == Severity::Error);
    assert_eq!(knowledge::render(&diagnostics, &sources, false), "");
}
