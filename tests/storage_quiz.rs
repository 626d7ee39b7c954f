//! What the storage keeps of quizzes: tables, results, and how people answered.

use std::time::Duration;

use faqbot::chat::{
    ChatId, MessageId, Person, PersonId, Read, Record, Response, ReviewsFor, Rows, TableAt, TableRows,
    TableView,
};
use faqbot::quiz::ItemTally;
use faqbot::quiz::practice::Review;
use faqbot::storage::{Storage, Transaction};
use faqbot::time::Timestamp;

use crate::folder::TempFolder;

/// Monday 2026-01-05, 12:00 UTC.
const MONDAY: Timestamp = Timestamp(1_767_614_400_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const CHAT: ChatId = ChatId(-5);
const NEW_CHAT: ChatId = ChatId(-1_001_234_567_890_123);
const ADA: i64 = 7_000_000_001;
const BOB: i64 = 7_000_000_002;

async fn storage() -> Storage {
    let url = crate::database::postgres().await.unwrap_or_else(|| "sqlite::memory:".to_owned());
    Storage::open(&url).await.expect("the database is there")
}

fn score(round: &str, person: i64, name: &str, right: u32, topic: Option<&str>) -> Record {
    Record::Score {
        round: round.into(),
        person: Person::new(PersonId(person), name),
        thread: None,
        right,
        asked: 5,
        total_ms: 9_000,
        topic: topic.map(str::to_owned),
    }
}

async fn record(it: &mut Transaction, record: Record, at: Timestamp) {
    it.record(CHAT, &record, at).await.expect("recorded");
}

async fn table(it: &mut Transaction, chat: ChatId, view: TableView, now: Timestamp) -> TableRows {
    let read = Read::Table { view, person: None, at: TableAt::Edit(MessageId(1)) };
    match it.read(chat, &read, now).await.expect("read") {
        Rows::Table(found) => found,
        other => panic!("no table: {other:?}"),
    }
}

fn lines(table: &TableRows) -> Vec<String> {
    let standings = table.standings.iter();
    standings.map(|it| format!("{} {}/{} 🔥{}", it.person.name, it.right, it.asked, it.streak)).collect()
}

#[tokio::test]
async fn a_topic_and_the_questions_a_day_have_tables_of_their_own() {
    let storage = storage().await;
    let mut it = storage.begin().await.expect("it works");
    assert_eq!(table(&mut it, CHAT, TableView::Week, MONDAY).await, TableRows::default());
    record(&mut it, score("r1", ADA, "Ada", 5, Some("history")), MONDAY - 2 * DAY).await;
    record(&mut it, score("r2", BOB, "Bob", 4, None), MONDAY - DAY).await;
    record(&mut it, score("r3", ADA, "Ada", 1, Some("baking")), MONDAY - DAY).await;
    record(&mut it, score("r4", ADA, "Ada", 2, Some("baking")), MONDAY).await;
    record(&mut it, score("daily:x:1", BOB, "Bob", 1, Some("/daily")), MONDAY).await;

    let ever = table(&mut it, CHAT, TableView::Ever, MONDAY).await;
    assert_eq!(
        lines(&ever),
        ["Ada 8/15 🔥3", "Bob 4/5 🔥2"],
        "a question a day keeps a streak, and gives no points"
    );
    assert_eq!(ever.topics, ["baking", "/daily", "history"]);
    let week = table(&mut it, CHAT, TableView::Week, MONDAY).await;
    assert_eq!(lines(&week), ["Ada 2/5 🔥3"]);
    let baking = table(&mut it, CHAT, TableView::Topic("baking".into()), MONDAY + 2 * DAY).await;
    assert_eq!(lines(&baking), ["Ada 3/10 🔥0"], "a day was left out");
    let daily = table(&mut it, CHAT, TableView::Daily { since: MONDAY }, MONDAY + DAY).await;
    assert_eq!(lines(&daily), ["Bob 1/5 🔥2"]);
    assert_eq!(
        lines(&table(&mut it, CHAT, TableView::Daily { since: MONDAY + DAY }, MONDAY + DAY).await),
        [""; 0]
    );
}

#[tokio::test]
async fn scores_survive_another_name_and_another_chat() {
    let storage = storage().await;
    let mut it = storage.begin().await.expect("it works");
    record(&mut it, score("r1", ADA, "Ada", 5, Some("baking")), MONDAY).await;
    record(&mut it, score("r2", ADA, "Countess", 2, Some("baking")), MONDAY).await;
    let ever = table(&mut it, CHAT, TableView::Ever, MONDAY).await;
    assert_eq!(lines(&ever), ["Countess 7/10 🔥1"]);
    it.move_chat(CHAT, NEW_CHAT).await.expect("moved");
    let topic = TableView::Topic("baking".into());
    assert_eq!(lines(&table(&mut it, NEW_CHAT, topic, MONDAY).await), ["Countess 7/10 🔥1"]);
    assert!(!table(&mut it, CHAT, TableView::Ever, MONDAY).await.has_scores);
    // The next score names her again.
    it.record(NEW_CHAT, &score("r3", ADA, "Ada L.", 1, None), MONDAY).await.expect("recorded");
    assert_eq!(lines(&table(&mut it, NEW_CHAT, TableView::Ever, MONDAY).await), ["Ada L. 8/15 🔥1"]);
}

fn answer(person: i64, question: &str, right: bool, rest: Option<u32>) -> Response {
    Response { person: PersonId(person), question: question.into(), right, rest, practised: false }
}

async fn reviews(it: &mut Transaction, person: i64) -> Vec<Review> {
    let purpose = ReviewsFor::End { thread: None, questions: Vec::new(), right: 0, asked: 0 };
    let read = Read::Reviews { person: PersonId(person), purpose };
    match it.read(CHAT, &read, MONDAY).await.expect("read") {
        Rows::Reviews(reviews) => reviews,
        other => panic!("no reviews: {other:?}"),
    }
}

async fn items(it: &mut Transaction) -> Vec<(String, ItemTally)> {
    let read = Read::Items { reply_to: MessageId(1), thread: None };
    match it.read(CHAT, &read, MONDAY).await.expect("read") {
        Rows::Items(items) => items,
        other => panic!("no items: {other:?}"),
    }
}

#[tokio::test]
async fn answers_are_kept_for_practice_and_added_up_for_the_owners() {
    let storage = storage().await;
    let mut it = storage.begin().await.expect("it works");
    let round = vec![
        answer(ADA, "q1", true, Some(750)),
        answer(BOB, "q1", false, Some(250)),
        answer(BOB, "q2", true, None),
    ];
    record(&mut it, Record::Responses(round.clone()), MONDAY).await;
    record(&mut it, Record::Responses(round), MONDAY).await;
    let practised = Response { practised: true, ..answer(BOB, "q1", true, None) };
    record(&mut it, Record::Responses(vec![practised]), MONDAY + DAY).await;

    let mut of_bob = reviews(&mut it, BOB).await;
    of_bob.sort_by_key(|it| (it.question.clone(), it.at));
    let review =
        |question: &str, at, right, practised| Review { question: question.into(), at, right, practised };
    let expected = [
        review("q1", MONDAY, false, false),
        review("q1", MONDAY + DAY, true, true),
        review("q2", MONDAY, true, false),
    ];
    assert_eq!(of_bob, expected);
    let q1 = ItemTally {
        answers: 2,
        right: 1,
        pairs: 2,
        pairs_right: 1,
        rest: 1_000,
        rest_right: 750,
        rest_squared: 750 * 750 + 250 * 250,
    };
    let q2 = ItemTally { answers: 1, right: 1, ..ItemTally::default() };
    assert_eq!(
        items(&mut it).await,
        [("q1".to_owned(), q1), ("q2".to_owned(), q2)],
        "practice tells nothing"
    );
}

#[tokio::test]
async fn no_answers_are_kept_after_practice_off() {
    let storage = storage().await;
    let mut it = storage.begin().await.expect("it works");
    let both = || Record::Responses(vec![answer(ADA, "q1", false, None), answer(BOB, "q1", false, None)]);
    record(&mut it, both(), MONDAY).await;
    record(&mut it, Record::Practice { person: PersonId(ADA), on: false }, MONDAY).await;
    record(&mut it, Record::Practice { person: PersonId(ADA), on: false }, MONDAY).await;
    assert_eq!(reviews(&mut it, ADA).await, []);
    record(&mut it, both(), MONDAY + DAY).await;
    assert_eq!((reviews(&mut it, ADA).await.len(), reviews(&mut it, BOB).await.len()), (0, 2));
    record(&mut it, Record::Practice { person: PersonId(ADA), on: true }, MONDAY).await;
    record(&mut it, both(), MONDAY + 2 * DAY).await;
    assert_eq!(reviews(&mut it, ADA).await.len(), 1);

    record(&mut it, Record::Forget { person: PersonId(BOB) }, MONDAY).await;
    assert_eq!(reviews(&mut it, BOB).await, []);
    assert_eq!(items(&mut it).await[0].1.answers, 1, "nor do they count any more");
}

#[tokio::test]
async fn answers_do_not_pile_up() {
    let storage = storage().await;
    let mut it = storage.begin().await.expect("it works");
    // A round of a thousand answers is more than one statement takes.
    let many: Vec<Response> = (0..1_200).map(|n| answer(ADA, &format!("q{n}"), true, Some(500))).collect();
    record(&mut it, Record::Responses(many), MONDAY).await;
    record(&mut it, Record::Responses(vec![answer(ADA, "new", true, None)]), MONDAY + 200 * DAY).await;
    assert_eq!(reviews(&mut it, ADA).await.len(), 1_201);
    it.upkeep(MONDAY + 366 * DAY).await.expect("cleaned up");
    assert_eq!(reviews(&mut it, ADA).await.len(), 1, "they are kept for a year");
}

/// People choose their names, and a spreadsheet should show them as they are.
#[tokio::test]
async fn results_are_printed_from_a_database_whatever_people_are_called() {
    let folder = TempFolder::new();
    let url = match crate::database::postgres().await {
        Some(url) => url,
        None => folder.database_url(),
    };
    let storage = Storage::open(&url).await.expect("the database is made");
    let mut it = storage.begin().await.expect("it works");
    let names = [
        "Lovelace, Ada",
        "The \"Count\"",
        "two\nlines",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "日本",
        "a;b",
    ];
    for (n, name) in names.iter().enumerate() {
        let topic = (n == 0).then_some("bread, and cake");
        record(&mut it, score("r1", ADA + n as i64, name, 3, topic), MONDAY).await;
    }
    it.record(NEW_CHAT, &score("r2", BOB, "The \"Count\"", 1, None), MONDAY).await.expect("recorded");
    it.commit().await.expect("committed");
    storage.close().await;

    let output = std::process::Command::new(env!("CARGO_BIN_EXE_faqbot"))
        .args(["results", "--chat", "-5"])
        .env("DATABASE_URL", &url)
        .output()
        .expect("the binary was built");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let header = "day,chat,round,topic,person,name,right,asked,seconds".split(',');
    assert!(reader.headers().expect("a first line").iter().eq(header));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("as the first line")).collect();
    let printed: Vec<&str> = rows.iter().map(|row| &row[5]).collect();
    // A name that a spreadsheet would take for a formula has an apostrophe in front.
    let expected = [
        "Lovelace, Ada",
        "The \"Count\"",
        "two\nlines",
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "'\tx",
        "日本",
        "a;b",
    ];
    assert_eq!(printed, expected);
    let first: Vec<&str> = rows[0].iter().collect();
    let person = ADA.to_string();
    assert_eq!(
        first,
        ["2026-01-05", "-5", "r1", "bread, and cake", &person, "Lovelace, Ada", "3", "5", "9.0"]
    );
}
