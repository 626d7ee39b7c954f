//! The storage on real SQLite; on Postgres instead where `TEST_POSTGRES_URL` names a database to make schemas in:
//! `TEST_POSTGRES_URL=postgres://localhost/test cargo test storage`.

use std::time::Duration;

use faqbot::chat::{
    ChatId, Conversation, Done, Event, Key, MessageId, MissReason, Outcome, Outgoing, Person, PersonId,
    Priority, Read, Record, Request, Rows, Standing, TableAt, TableRows, TableView, Vote,
};
use faqbot::knowledge::Id;
use faqbot::rich_text::RichText;
use faqbot::storage::{Arrival, Place, Settled, Storage, Stored, Transaction};
use faqbot::time::Timestamp;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::folder::TempFolder;

/// Monday 2026-01-05, 12:00 UTC.
const MONDAY: Timestamp = Timestamp(1_767_614_400_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const CHAT: ChatId = ChatId(-5);
const NEW_CHAT: ChatId = ChatId(-1_001_234_567_890_123);

/// An empty database of the test's own.
async fn storage() -> Storage {
    Storage::open(&empty_database().await).await.expect("the database is there")
}

/// The URL of a database in memory, or of an empty schema.
async fn empty_database() -> String {
    crate::database::postgres().await.unwrap_or_else(|| "sqlite::memory:".to_owned())
}

async fn begin(storage: &Storage) -> Transaction {
    storage.begin().await.expect("the database works")
}

fn tick(update_id: i64, chat: ChatId) -> Arrival {
    Arrival { update_id: Some(update_id), place: Place::Chat(chat), event: Event::Tick }
}

fn ada() -> Person {
    Person::new(PersonId(7_000_000_001), "Ada")
}

fn bob() -> Person {
    Person::new(PersonId(7_000_000_002), "Bob")
}

fn vote(update_id: i64, poll: &str) -> Arrival {
    let vote = Vote { poll: Key(String::new()), person: ada(), options: vec![1] };
    Arrival { update_id: Some(update_id), place: Place::Poll(poll.into()), event: Event::Vote(vote) }
}

/// The state of a group that the bot has said hello to.
fn met() -> Conversation {
    serde_json::from_str(r#"{"greeted":true}"#).expect("a state")
}

fn message(text: &str) -> Outgoing {
    let text = RichText { text: text.into(), entities: Vec::new() };
    let request = Request::Message {
        text,
        buttons: Vec::new(),
        reply_to: None,
        only_as_reply: false,
        silent: false,
        picture: None,
    };
    Outgoing {
        key: Some(Key("k".into())),
        business: None,
        thread: None,
        request,
        priority: Priority::Prompt,
        asker: None,
        report: true,
    }
}

#[tokio::test]
async fn an_update_that_comes_again_vanishes_even_when_it_is_done() {
    let folder = TempFolder::new();
    let url = match empty_database().await {
        memory if memory == "sqlite::memory:" => folder.database_url(),
        postgres => postgres,
    };
    let storage = Storage::open(&url).await.expect("the file is made");
    let mut it = begin(&storage).await;
    let waiting =
        it.receive(&[tick(10, CHAT), tick(11, CHAT), tick(10, CHAT)], MONDAY).await.expect("stored");
    assert_eq!(waiting.len(), 2);
    let seqs: Vec<i64> = waiting.iter().map(|waiting| waiting.seq).collect();
    it.done(&seqs, MONDAY).await.expect("marked");
    it.commit().await.expect("committed");
    storage.close().await;

    let storage = Storage::open(&url).await.expect("the file is there");
    let mut it = begin(&storage).await;
    let waiting = it.receive(&[tick(11, CHAT), tick(12, CHAT)], MONDAY).await.expect("stored");
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].seq > seqs[1], "numbers are never used again");
    // A day later Telegram has forgotten it; then so do we.
    it.upkeep(MONDAY + 2 * DAY).await.expect("done");
    assert_eq!(it.receive(&[tick(11, CHAT)], MONDAY).await.expect("stored").len(), 1);
    it.commit().await.expect("committed");
}

#[tokio::test]
async fn an_uncommitted_change_has_not_happened() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    it.receive(&[tick(1, CHAT)], MONDAY).await.expect("stored");
    drop(it);
    assert_eq!(begin(&storage).await.waiting().await.expect("read"), []);
}

#[tokio::test]
async fn a_vote_that_comes_before_its_poll_is_known_waits_for_it() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    assert_eq!(it.receive(&[vote(1, "99")], MONDAY).await.expect("stored"), []);
    let rows = it.post(vec![(CHAT, message("poll"))], MONDAY).await.expect("posted");
    let settled = Settled {
        chat: CHAT,
        seqs: vec![rows[0].seq],
        sent: Some((Key("poll:1".into()), MessageId(4))),
        poll: Some(("99".into(), Key("poll:1".into()))),
        reports: Vec::new(),
    };
    let waiting = it.complete(&[settled], MONDAY).await.expect("written");
    assert_eq!(waiting.len(), 1);
    let kept = it.kept(&[(waiting[0].chat, waiting[0].seq)]).await.expect("read");
    assert!(matches!(&kept[0].event, Ok(Event::Vote(vote)) if vote.poll == Key("poll:1".into())));
    assert_eq!(kept[0].chat, CHAT);
    // A later one finds its chat at once.
    assert_eq!(it.receive(&[vote(2, "99")], MONDAY).await.expect("stored").len(), 1);
    assert_eq!(it.outbox().await.expect("read").0, []);
    assert_eq!(it.message_of(CHAT, &Key("poll:1".into())).await.expect("read"), Some(MessageId(4)));
    assert_eq!(it.key_of(CHAT, MessageId(4)).await.expect("read"), Some(Key("poll:1".into())));
}

/// The answer to a commit may get lost, and then it is recorded again.
#[tokio::test]
async fn the_result_of_a_request_is_reported_once() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let rows = it.post(vec![(CHAT, message("a")), (CHAT, message("b"))], MONDAY).await.expect("posted");
    let key = Key("k".into());
    let settled = |row: usize| Settled {
        chat: CHAT,
        seqs: vec![rows[row].seq],
        sent: Some((key.clone(), MessageId(4))),
        poll: None,
        reports: vec![Event::Done { key: key.clone(), done: Done::Message(MessageId(4)) }],
    };
    assert_eq!(it.complete(&[settled(0)], MONDAY).await.expect("written").len(), 1);
    assert_eq!(it.complete(&[settled(0), settled(1)], MONDAY).await.expect("written").len(), 1);
    assert_eq!(it.waiting().await.expect("read").len(), 2);
}

/// Postgres cannot store U+0000 in a text.
#[tokio::test]
async fn a_text_with_a_nul_is_kept_without_it() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    assert_eq!(it.receive(&[vote(1, "9\0")], MONDAY).await.expect("stored"), []);
    let rows = it.post(vec![(CHAT, message("poll\0"))], MONDAY).await.expect("posted");
    let settled = Settled {
        chat: CHAT,
        seqs: vec![rows[0].seq],
        sent: None,
        poll: Some(("9\0".into(), Key("poll:1".into()))),
        reports: Vec::new(),
    };
    assert_eq!(it.complete(&[settled], MONDAY).await.expect("written").len(), 1, "the vote is let go");
    assert_eq!(it.receive(&[vote(2, "9\0")], MONDAY).await.expect("stored").len(), 1);
    let miss = Record::Miss { question: "why\0?".into(), why: MissReason::Unknown };
    it.record(CHAT, &miss, MONDAY).await.expect("noted");
    let settle = Record::SettleMisses { questions: vec!["why\0?".into()] };
    it.record(CHAT, &settle, MONDAY).await.expect("settled");
    assert_eq!(it.misses().await.expect("read"), []);
    it.set_aside_update(Some(3), "{\0}", "it is \0 odd", MONDAY).await.expect("set aside");
    it.commit().await.expect("committed");
}

#[tokio::test]
async fn a_look_at_a_database_changes_none_of_its_tables() {
    sqlx::any::install_default_drivers();
    let folder = TempFolder::new();
    let url = folder.database_url();
    let mut old = AnyConnection::connect(&format!("{url}?mode=rwc")).await.expect("it is made");
    old.execute("CREATE TABLE something (x INT8)").await.expect("it is empty");
    let error = Storage::open_existing(&url).await.map(|_| ()).expect_err("it is none of ours").to_string();
    assert!(error.contains("older faqbot") && error.contains("faqbot run"), "{error}");
    let tables = "SELECT CAST(COUNT(*) AS INT8) FROM sqlite_master";
    let n: i64 = sqlx::query_scalar(tables).fetch_one(&mut old).await.expect("read");
    assert_eq!(n, 1);
    Storage::open(&url).await.expect("the bot brings it up to date").close().await;
    Storage::open_existing(&url).await.expect("it is one of ours now");
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_loses_nothing() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    it.save(&[Stored { chat: CHAT, conversation: &met() }]).await.expect("saved");
    it.receive(&[tick(1, CHAT)], MONDAY).await.expect("stored");
    it.post(vec![(CHAT, message("later"))], MONDAY).await.expect("posted");
    it.record(CHAT, &score("r1", ada(), 3), MONDAY).await.expect("recorded");
    assert!(it.move_chat(CHAT, NEW_CHAT).await.expect("moved"));
    assert!(!it.move_chat(CHAT, NEW_CHAT).await.expect("moved"), "a second message about it changes nothing");
    assert_eq!(it.waiting().await.expect("read")[0].chat, NEW_CHAT);
    assert_eq!(it.outbox().await.expect("read").0[0].chat, NEW_CHAT);
    assert_eq!(it.conversations(&[NEW_CHAT]).await.expect("read").len(), 1);
    assert_eq!(names(&table(&mut it, NEW_CHAT, MONDAY).await.1), ["Ada 3/5 in 1"]);
}

#[tokio::test]
async fn requests_under_way_to_a_group_that_moved_go_to_the_supergroup() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    it.save(&[Stored { chat: CHAT, conversation: &met() }]).await.expect("saved");
    let under_way = it.post(vec![(CHAT, message("poll"))], MONDAY).await.expect("posted");
    it.move_chat(CHAT, NEW_CHAT).await.expect("moved");
    let key = Key("poll:1".into());
    let sent = Settled {
        chat: CHAT,
        seqs: vec![under_way[0].seq],
        sent: Some((key.clone(), MessageId(4))),
        poll: Some(("abc".into(), key.clone())),
        reports: vec![Event::Done { key: key.clone(), done: Done::Message(MessageId(4)) }],
    };
    let reported = it.complete(&[sent], MONDAY).await.expect("written");
    assert_eq!(reported.iter().map(|waiting| waiting.chat).collect::<Vec<_>>(), [NEW_CHAT]);
    let voted = it.receive(&[vote(2, "abc")], MONDAY).await.expect("stored");
    assert_eq!(voted.iter().map(|waiting| waiting.chat).collect::<Vec<_>>(), [NEW_CHAT]);
    // The supergroup counts its own messages.
    assert_eq!(it.message_of(NEW_CHAT, &key).await.expect("read"), None);
}

fn score(round: &str, person: Person, right: u32) -> Record {
    Record::Score { round: round.into(), person, thread: None, right, asked: 5, total_ms: 9_000, topic: None }
}

async fn table(it: &mut Transaction, chat: ChatId, now: Timestamp) -> (Vec<Standing>, Vec<Standing>) {
    let week = view(it, chat, TableView::Week, now).await.standings;
    (week, view(it, chat, TableView::Ever, now).await.standings)
}

async fn view(it: &mut Transaction, chat: ChatId, view: TableView, now: Timestamp) -> TableRows {
    let read = Read::Table { view, person: None, at: TableAt::Edit(MessageId(1)) };
    match it.read(chat, &read, now).await.expect("read") {
        Rows::Table(found) => found,
        other => panic!("no table: {other:?}"),
    }
}

fn names(standings: &[Standing]) -> Vec<String> {
    let line = |it: &Standing| format!("{} {}/{} in {}", it.person.name, it.right, it.asked, it.rounds);
    standings.iter().map(line).collect()
}

#[tokio::test]
async fn the_week_begins_on_monday_and_the_table_counts_a_round_once() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let sunday = MONDAY - Duration::from_secs(13 * 60 * 60);
    it.record(CHAT, &score("r1", ada(), 5), sunday).await.expect("recorded");
    it.record(CHAT, &score("r2", ada(), 2), MONDAY).await.expect("recorded");
    it.record(CHAT, &score("r2", bob(), 4), MONDAY).await.expect("recorded");
    it.record(CHAT, &score("r2", bob(), 4), MONDAY).await.expect("recorded");
    it.record(NEW_CHAT, &score("r3", bob(), 5), MONDAY).await.expect("recorded");
    let (week, ever) = table(&mut it, CHAT, MONDAY + DAY).await;
    assert_eq!(names(&week), ["Bob 4/5 in 1", "Ada 2/5 in 1"]);
    assert_eq!(names(&ever), ["Ada 7/10 in 2", "Bob 4/5 in 1"]);
}

#[tokio::test]
async fn a_forgotten_person_is_in_no_table_and_no_chat() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    it.record(CHAT, &score("r1", ada(), 5), MONDAY).await.expect("recorded");
    it.record(CHAT, &score("r1", bob(), 1), MONDAY).await.expect("recorded");
    let thumb = Record::Feedback {
        message: MessageId(3),
        person: ada().id,
        entry: Id::from("steep"),
        up: false,
        question: None,
    };
    it.record(CHAT, &thumb, MONDAY).await.expect("recorded");
    it.record(CHAT, &Record::Forget { person: ada().id }, MONDAY).await.expect("recorded");
    assert_eq!(names(&table(&mut it, CHAT, MONDAY).await.1), ["Bob 1/5 in 1"]);
}

#[tokio::test]
async fn an_update_that_cannot_be_read_is_set_aside_once_and_forgotten_with_its_sender() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let update = format!(r#"{{"update_id":7,"message":{{"from":{{"id":{}}}}}}}"#, ada().id.0);
    for id in [7, 7, 8] {
        it.set_aside_update(Some(id), &update, "panic at src/x.rs:1:2", MONDAY).await.expect("set aside");
    }
    let aside = it.all_set_aside().await.expect("read");
    let ids: Vec<Option<i64>> = aside.iter().map(|it| it.update_id).collect();
    assert_eq!(ids, [Some(7), Some(8)]);
    let other = format!(r#"{{"update_id":9,"message":{{"from":{{"id":1{}}}}}}}"#, ada().id.0);
    it.set_aside_update(Some(9), &other, "panic at src/x.rs:1:2", MONDAY).await.expect("set aside");
    it.record(CHAT, &Record::Forget { person: ada().id }, MONDAY).await.expect("forgotten");
    let left: Vec<Option<i64>> =
        it.all_set_aside().await.expect("read").iter().map(|it| it.update_id).collect();
    assert_eq!(left, [Some(9)], "somebody whose number only contains Ada's is kept");
}

/// As the first version wrote it.
#[tokio::test]
async fn updates_set_aside_before_are_distinguished_as_well() {
    let folder = TempFolder::new();
    let url = folder.database_url();
    Storage::open(&url).await.expect("the file is made").close().await;
    let mut connection = AnyConnection::connect(&url).await.expect("it is there");
    let first_version = "ALTER TABLE set_aside DROP COLUMN what; DELETE FROM _sqlx_migrations WHERE version = 2; \
         INSERT INTO set_aside (seq, update_id, chat, at, reason, event) VALUES (1, 7, 5, 0, 'panic', '{}'), \
         (2, NULL, 5, 0, 'panic', '\"Migrated\"'), (3, NULL, 5, 0, 'panic', ''), \
         (4, NULL, 5, 0, 'unreadable state: it is odd', '{}')";
    connection.execute(first_version).await.expect("the tables are there");
    connection.close().await.expect("it has nothing left to do");
    let storage = Storage::open(&url).await.expect("it is brought up to date");
    let aside = begin(&storage).await.all_set_aside().await.expect("read");
    let whats: Vec<&str> = aside.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(whats, ["update", "event", "timer", "state"]);
}

#[tokio::test]
async fn misses_are_counted_without_their_askers_and_settled_for_good() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let miss = |question: &str| Record::Miss { question: question.into(), why: MissReason::Unknown };
    it.record(CHAT, &miss("who are you"), MONDAY).await.expect("recorded");
    it.record(NEW_CHAT, &miss("is it red"), MONDAY + DAY).await.expect("recorded");
    it.record(NEW_CHAT, &miss("who are you"), MONDAY + 2 * DAY).await.expect("recorded");
    let open = |misses: Vec<faqbot::chat::Miss>| {
        misses.iter().map(|miss| (miss.question.clone(), miss.count)).collect::<Vec<_>>()
    };
    let misses = it.misses().await.expect("read");
    assert_eq!(open(misses), [("who are you".to_owned(), 2), ("is it red".to_owned(), 1)]);
    let settle = Record::SettleMisses { questions: vec!["who are you".into()] };
    it.record(CHAT, &settle, MONDAY).await.expect("recorded");
    it.record(CHAT, &miss("who are you"), MONDAY + 3 * DAY).await.expect("recorded");
    assert_eq!(open(it.misses().await.expect("read")), [("is it red".to_owned(), 1)]);
}

#[tokio::test]
async fn a_user_who_may_not_make_tables_learns_what_to_grant() {
    let Some(url) = crate::database::postgres().await else {
        return crate::database::skip("a Postgres user without rights");
    };
    let (schema, user) = (url.rsplit('=').next().expect("it names one"), "faqbot_without_rights");
    let make = format!(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{user}') THEN \
         CREATE ROLE {user} LOGIN PASSWORD 'test'; END IF; END $$; GRANT USAGE ON SCHEMA {schema} TO {user}"
    );
    crate::database::execute(&make).await;
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let opened = Storage::open_alone(&format!("{scheme}://{user}:test@{host}")).await;
    let Err(refused) = opened else { panic!("the user may not make tables") };
    let message = refused.to_string();
    assert!(
        message.contains("may not create tables") && message.contains("GRANT CREATE ON SCHEMA"),
        "{message}"
    );
    assert!(!message.contains(":test@"), "{message}");
}

/// An earlier version noted people's words at full length, with personal data in them.
#[tokio::test]
async fn long_misses_of_an_earlier_version_are_shortened() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let story = "I was there on holiday with the dog. ".repeat(30);
    let note = |question: String| Record::Miss { question, why: MissReason::Unknown };
    it.record(CHAT, &note(format!("{story}May dogs come in, ada@example.org?")), MONDAY)
        .await
        .expect("noted");
    it.record(CHAT, &note(format!("May dogs come in, bob@example.org? {story}")), MONDAY)
        .await
        .expect("noted");
    it.record(CHAT, &note("May dogs come in, […]?".into()), MONDAY + DAY).await.expect("noted");
    it.record(CHAT, &note("how long".into()), MONDAY - DAY).await.expect("noted");
    it.upkeep(MONDAY + DAY).await.expect("done");
    let misses = it.misses().await.expect("read");
    let open: Vec<(&str, u32)> = misses.iter().map(|miss| (miss.question.as_str(), miss.count)).collect();
    assert_eq!(open, [("May dogs come in, […]?", 3), ("how long", 1)]);
    assert_eq!((misses[0].first, misses[0].last), (MONDAY, MONDAY + DAY));
}

#[tokio::test]
async fn a_thumb_that_newly_turns_down_counts_the_question_as_missed_once() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    for up in [true, false, false, true, false] {
        let thumb = Record::Feedback {
            message: MessageId(3),
            person: ada().id,
            entry: Id::from("steep"),
            up,
            question: Some("how long".into()),
        };
        it.record(CHAT, &thumb, MONDAY).await.expect("recorded");
    }
    let misses = it.misses().await.expect("read");
    assert_eq!((misses[0].count, misses[0].why), (2, MissReason::Disliked));
}

#[tokio::test]
async fn thumbs_and_counts_do_not_pile_up() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let thumb = Record::Feedback {
        message: MessageId(3),
        person: ada().id,
        entry: Id::from("steep"),
        up: false,
        question: Some("how long".into()),
    };
    let asked = |entry: &str| Record::Asked {
        outcome: Outcome::Answer,
        entry: Some(Id::from(entry)),
        confidence: None,
    };
    it.record(CHAT, &thumb, MONDAY).await.expect("recorded");
    it.record(CHAT, &asked("steep"), MONDAY).await.expect("recorded");
    it.record(CHAT, &asked("water"), MONDAY + 100 * DAY).await.expect("recorded");
    let later = MONDAY + 181 * DAY;
    it.upkeep(later).await.expect("done");
    let most = Read::MostAsked { inline: "q".into() };
    let rows = it.read(CHAT, &most, later).await.expect("read");
    assert_eq!(rows, Rows::MostAsked(vec![Id::from("water")]));
    // Nothing is known any more of the former thumb, nor of the miss that it was.
    it.record(CHAT, &thumb, later).await.expect("recorded");
    assert_eq!(it.misses().await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_thumb_is_about_the_answer_that_the_message_shows() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    for (entry, question) in [("steep", "how long"), ("water", "how hot"), ("steep", "how long")] {
        let thumb = Record::Feedback {
            message: MessageId(3),
            person: ada().id,
            entry: Id::from(entry),
            up: false,
            question: Some(question.into()),
        };
        it.record(CHAT, &thumb, MONDAY).await.expect("recorded");
    }
    let misses = it.misses().await.expect("read");
    let misses: Vec<_> = misses.iter().map(|miss| (miss.question.as_str(), miss.count)).collect();
    assert_eq!(misses, [("how hot", 1), ("how long", 1)]);
}

#[tokio::test]
async fn the_statistics_have_a_line_for_every_day() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    // Opening an answer by a button is not a question, but somebody wanted it.
    for (entry, outcome) in [
        ("steep", Outcome::Answer),
        ("steep", Outcome::Answer),
        ("water", Outcome::Answer),
        ("water", Outcome::Opened),
        ("water", Outcome::Opened),
    ] {
        let asked = Record::Asked { outcome, entry: Some(Id::from(entry)), confidence: None };
        it.record(CHAT, &asked, MONDAY).await.expect("recorded");
    }
    it.record(CHAT, &Record::Round { players: 3 }, MONDAY + DAY).await.expect("recorded");
    let stats = Read::Stats { reply_to: MessageId(1), thread: None };
    let Rows::Stats(days) = it.read(CHAT, &stats, MONDAY + DAY).await.expect("read") else { panic!("days") };
    assert_eq!((days.len(), days[12].date.as_str(), days[12].answer), (14, "2026-01-05", 3));
    assert_eq!((days[13].rounds, days[13].answer), (1, 0));
    let most = Read::MostAsked { inline: "q".into() };
    let rows = it.read(CHAT, &most, MONDAY).await.expect("read");
    assert_eq!(rows, Rows::MostAsked(vec![Id::from("water"), Id::from("steep")]));
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_one_sentence_with_what_to_do() {
    let folder = TempFolder::new();
    let missing = format!("sqlite://{}/no/such/folder/faqbot.db", folder.path().display());
    let garbage = folder.path().join("garbage.db");
    std::fs::write(&garbage, [b'x'; 5_000]).expect("the folder is ours");
    for (url, expected) in [
        (missing, "check that the folder exists"),
        (format!("sqlite://{}", garbage.display()), "a faqbot database"),
        ("mysql://host/db".into(), "sqlite://faqbot.db"),
        ("faqbot.db".into(), "sqlite://faqbot.db"),
        (
            // Nothing listens on port 1.
            "postgres://me:secret@127.0.0.1:1/db".into(),
            "check that the server runs",
        ),
    ] {
        let error = Storage::open(&url).await.map(|_| ()).expect_err(&url).to_string();
        assert!(
            error.contains(expected) && !error.contains('\n') && !error.contains("secret"),
            "{url}: {error}"
        );
    }
}

#[tokio::test]
async fn a_second_bot_on_the_same_database_is_refused() {
    let folder = TempFolder::new();
    let url = folder.database_url();
    // By another name it is the same one, even if that name was there first.
    #[cfg(unix)]
    let first = {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink("faqbot.db", &link).expect("the folder is ours");
        format!("sqlite://{}", link.display())
    };
    #[cfg(not(unix))]
    let first = url.clone();
    let storage = Storage::open_alone(&first).await.expect("nobody holds it");
    let error = Storage::open_alone(&url).await.map(|_| ()).expect_err("it is held").to_string();
    assert!(error.contains("another faqbot works on the database"), "{error}");
    // A hard link is the same file as well, and on Linux there is nothing beside it whose deletion would let one in.
    #[cfg(target_os = "linux")]
    {
        let hard_link = folder.path().join("hard.db");
        std::fs::hard_link(folder.path().join("faqbot.db"), &hard_link).expect("the folder is ours");
        let other = format!("sqlite://{}", hard_link.display());
        assert!(Storage::open_alone(&other).await.is_err());
        assert!(!folder.path().join("faqbot.db.lock").exists());
    }
    drop(storage);
    Storage::open_alone(&url).await.expect("it is free again");
}

#[tokio::test]
async fn a_name_with_blanks_is_the_same_for_all() {
    let folder = TempFolder::new();
    let url = format!("sqlite://{}/my%20bot.db", folder.path().display());
    let error = Storage::open_existing(&url).await.map(|_| ()).expect_err("it is missing").to_string();
    assert!(error.contains("my bot.db yet"), "{error}");
    let _running = Storage::open_alone(&url).await.expect("it is made");
    Storage::open_existing(&url).await.expect("it is there");
    let names = std::fs::read_dir(folder.path()).expect("it is ours").map(|it| it.expect("read").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("it is text")).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names.retain(|name| cfg!(target_os = "linux") || !name.ends_with(".lock"));
    assert_eq!(names, ["my bot.db"]);
}

#[tokio::test]
async fn a_second_bot_on_the_same_postgres_is_welcome() {
    let url = empty_database().await;
    if url.starts_with("sqlite") {
        return crate::database::skip("two bots on one Postgres");
    }
    let storage = Storage::open_alone(&url).await.expect("it is made");
    let second = Storage::open_alone(&url).await.expect("several may share it");
    second.claim(7).await.expect("it is nobody's yet");
    storage.claim(7).await.expect("it is the same bot");
    let error = storage.claim(8).await.expect_err("it is another bot's").to_string();
    assert!(error.contains("belongs to the bot with the number 7"), "{error}");
    second.close().await;
    // A look at it is allowed.
    let looking = Storage::open_existing(&url).await.expect("it is there");
    begin(&looking).await.waiting().await.expect("read");
    looking.close().await;
    storage.close().await;
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_one_sentence() {
    let folder = TempFolder::new();
    let url = format!("{}?mode=ro", folder.database_url());
    Storage::open(&folder.database_url()).await.expect("the file is made").close().await;
    let error = Storage::open_alone(&url).await.map(|_| ()).expect_err("it cannot be written").to_string();
    assert!(error.contains("can be written to") && !error.contains('\n'), "{error}");
}

#[tokio::test]
async fn a_chat_as_if_never_heard_of_leaves_no_trace() {
    let storage = storage().await;
    let mut it = begin(&storage).await;
    let never_heard_of = Conversation::default();
    it.save(&[Stored { chat: CHAT, conversation: &met() }]).await.expect("saved");
    assert_eq!(it.conversations(&[CHAT]).await.expect("read").len(), 1);
    it.save(&[Stored { chat: CHAT, conversation: &never_heard_of }]).await.expect("saved");
    assert_eq!(it.conversations(&[CHAT]).await.expect("read").len(), 0);
}
