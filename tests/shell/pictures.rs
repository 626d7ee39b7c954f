//! Pictures over HTTP: uploaded once, and what happens where one cannot be had.

use std::fs;

use faqbot::bot::{Bot, Config};
use faqbot::chat;
use faqbot::faq_folder::live::Folder;
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::seen::Seen;
use faqbot::preview::server::Options;
use faqbot::preview::world::{PersonId, World};
use faqbot::storage::Storage;

use super::rig::{LIMIT, Telegram, telegram_with};
use crate::folder::TempFolder;

/// A small picture.
const PNG: &[u8] = include_bytes!("../diagnostics/missing-picture/faq/door.png");

const PICTURED: &str = "Where are the rooms?";

struct Rig {
    folder: TempFolder,
    server: Telegram,
    olga: PersonId,
}

impl Rig {
    async fn new(options: Options) -> Rig {
        let folder = TempFolder::new();
        let faq = folder.path().join("faq");
        fs::create_dir_all(faq.join("pictures")).expect("the folder is ours");
        fs::copy("tests/transcripts/pictures/folder/hall.toml", faq.join("hall.toml"))
            .expect("it can be copied");
        for name in ["plan.png", "oriel.jpg", "oriel-inside.jpg"] {
            fs::write(faq.join("pictures").join(name), PNG).expect("the folder is ours");
        }
        let server = telegram_with(options).await;
        let olga = server.world().person("Olga");
        server.world().start(olga, None).expect("she may write");
        Rig { folder, server, olga }
    }

    fn world(&self) -> &World {
        self.server.world()
    }

    async fn bot(&self) -> Bot {
        let folder = Folder::open(&self.folder.path().join("faq")).expect("it can be read");
        let storage = Storage::open(&self.folder.database_url()).await.expect("the file is ours");
        let mut config = Config::new(Options::default().token, storage, folder.library());
        config.api_url = Some(self.server.url());
        config.rates = None;
        config.owners = vec![chat::PersonId(self.olga.0)];
        config.follow(&folder);
        Bot::start(config).await.expect("the server knows the token")
    }

    /// Somebody new asks, and gets a message that fits.
    async fn ask(&self, name: &str, question: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        self.ask_as(self.world().person(name), question, fits).await
    }

    async fn ask_as(&self, person: PersonId, question: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        self.world().say(person, person, question).expect("people may write");
        let answer = self.world().wait_for_message(person, LIMIT, |it| it.is_from_bot && fits(it)).await;
        answer.unwrap_or_else(|error| panic!("{question}: {error}"))
    }

    fn n_pictures(&self) -> usize {
        // Each upload gets a name of its own.
        let requests = self.world().requests_of("sendPhoto").into_iter();
        let mut names: Vec<String> =
            requests.filter_map(|it| it.params["photo"].as_str().map(str::to_owned)).collect();
        names.sort();
        names.dedup();
        names.len()
    }

    fn plan(&self) -> std::path::PathBuf {
        self.folder.path().join("faq/pictures/plan.png")
    }

    fn n_news(&self) -> usize {
        let messages = self.world().messages(self.olga).into_iter();
        messages.filter(|it| it.text.contains("I can't show the picture")).count()
    }
}

fn is_photo(seen: &Seen) -> bool {
    seen.media.as_deref() == Some("photo") && seen.text.contains("On three floors")
}

fn is_text(seen: &Seen) -> bool {
    seen.media.is_none() && seen.text.contains("On three floors")
}

#[tokio::test]
async fn a_picture_is_uploaded_once_and_again_when_it_has_changed() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    let photo = rig.ask("Ada", PICTURED, is_photo).await;
    assert!(photo.button_texts().contains(&"How old is the hall?"));
    rig.ask("Bob", PICTURED, is_photo).await;
    bot.shutdown().await;
    let bot = rig.bot().await;
    rig.ask("Cleo", PICTURED, is_photo).await;
    assert_eq!(rig.n_pictures(), 1);

    let mut other = PNG.to_vec();
    other.extend_from_slice(b"another end");
    fs::write(rig.plan(), other).expect("it can be written");
    rig.ask("Dan", PICTURED, is_photo).await;
    assert_eq!(rig.n_pictures(), 2);

    // A picture that Telegram has forgotten is uploaded again.
    let forgotten = "Bad Request: wrong file identifier/HTTP URL specified".to_owned();
    let fault = Fault::new(Failure::Error { code: 400, description: forgotten }).method("sendPhoto").times(1);
    rig.world().fail(fault);
    rig.ask("Eve", PICTURED, is_photo).await;
    assert_eq!(rig.n_pictures(), 3);
    assert_eq!(rig.n_news(), 0);
    bot.shutdown().await;
}

#[tokio::test]
async fn without_its_picture_the_text_goes_alone_and_the_owners_hear_once() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    fs::remove_file(rig.plan()).expect("it is there");
    rig.ask("Ada", PICTURED, is_text).await;
    rig.ask("Bob", PICTURED, is_text).await;
    let news = |it: &Seen| it.text.contains("I can't show the picture pictures/plan.png");
    rig.world().wait_for_message(rig.olga, LIMIT, news).await.expect("the owner hears");
    assert_eq!(rig.n_news(), 1);

    // There again, and gone again.
    fs::write(rig.plan(), PNG).expect("it can be written");
    rig.ask("Cleo", PICTURED, is_photo).await;
    fs::remove_file(rig.plan()).expect("it is there");
    rig.ask("Dan", PICTURED, is_text).await;
    let twice = |world: &World| {
        let messages = world.messages(rig.olga).into_iter();
        (messages.filter(|it| it.text.contains("I can't show")).count() == 2).then_some(())
    };
    rig.world().wait_for(LIMIT, twice).await.expect("the owner hears again");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_picture_that_telegram_refuses_costs_nobody_the_answer() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    fs::write(rig.plan(), "no picture at all").expect("it can be written");
    rig.ask("Ada", PICTURED, is_text).await;
    let news = |it: &Seen| it.text.contains("IMAGE_PROCESS_FAILED");
    rig.world().wait_for_message(rig.olga, LIMIT, news).await.expect("the owner hears");
    // A group in which photos are forbidden is not a fault of the picture.
    fs::write(rig.plan(), PNG).expect("it can be written");
    let forbidden = "Bad Request: not enough rights to send photos to the chat".to_owned();
    rig.world().fail(Fault::new(Failure::Error { code: 400, description: forbidden }).method("sendPhoto"));
    rig.ask("Bob", PICTURED, is_text).await;
    bot.shutdown().await;
}

/// Without an answer the bot does not know whether it has arrived: it is sent again, like every message.
#[tokio::test]
async fn a_photo_is_tried_again_like_every_message() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    rig.world().fail(Fault::new(Failure::internal()).method("sendPhoto").times(1));
    let ada = rig.world().person("Ada");
    let photo = rig.ask_as(ada, PICTURED, is_photo).await;
    assert!(photo.picture.is_some());
    let photos = rig.world().messages(ada).into_iter().filter(is_photo).count();
    assert_eq!(photos, 1);
    bot.shutdown().await;
}

#[tokio::test]
async fn a_long_answer_goes_on_below_its_picture() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    let ada = rig.world().person("Ada");
    let is_rest = |it: &Seen| it.text.contains("at the door.") && it.media.is_none();
    let rest = rig.ask_as(ada, "How old is the hall?", is_rest).await;
    assert!(!rest.buttons.is_empty());
    let messages = rig.world().messages(ada);
    let photo = messages.iter().find(|it| it.media.is_some()).expect("there is one");
    assert_eq!(photo.picture.as_deref(), Some("https://example.org/hall.jpg"));
    assert!(photo.text.starts_with("It was built in 1931"), "{}", photo.text);
    assert!(photo.buttons.is_empty());
    bot.shutdown().await;
}

async fn poll(rig: &Rig, person: PersonId) -> Seen {
    rig.ask_as(person, "/quiz 1", |it| it.poll.is_some()).await
}

#[tokio::test]
async fn a_quiz_question_shows_its_pictures() {
    let rig = Rig::new(Options::default()).await;
    let bot = rig.bot().await;
    let ada = rig.world().person("Ada");
    let poll = poll(&rig, ada).await.poll.expect("it is one");
    assert!(poll.picture.is_some() && poll.explanation_picture.is_some());
    bot.shutdown().await;
}

/// A server that is older than pictures in polls leaves them out silently.
#[tokio::test]
async fn on_an_older_server_the_picture_comes_by_itself() {
    let rig = Rig::new(Options { knows_poll_media: false, ..Options::default() }).await;
    let bot = rig.bot().await;
    let ada = rig.world().person("Ada");
    let sent = poll(&rig, ada).await;
    let below = rig.world().wait_for_message(ada, LIMIT, |it| it.media.is_some()).await.expect("it comes");
    assert!(below.id > sent.id);
    let again = |it: &Seen| it.poll.is_some() && it.id > below.id;
    rig.world().say(ada, ada, "/stop").expect("she may write");
    rig.world().say(ada, ada, "/quiz 1").expect("she may write");
    let second = rig.world().wait_for_message(ada, LIMIT, again).await.expect("it comes");
    let above = rig.world().messages(ada).into_iter().rfind(|it| it.media.is_some()).expect("it is there");
    assert!(below.id < above.id && above.id < second.id);
    bot.shutdown().await;
}
