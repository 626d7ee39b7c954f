//! The owners' part, over HTTP: missed questions get answers, and a broken folder is reported.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::{self, Library};
use faqbot::faq_folder::live::{Folder, Watched};
use faqbot::preview::server::{Options, Server};
use faqbot::preview::world::{PersonId, World};
use faqbot::storage::Storage;
use tokio::sync::watch;

/// How long anything may take on a busy machine before a test gives up; no test waits that long.
const LIMIT: Duration = Duration::from_secs(60);

const NEVER: Duration = Duration::from_secs(3600);

struct Rig {
    dir: tempfile::TempDir,
    server: Server,
    bot: Bot,
    library: watch::Receiver<Arc<Library>>,
    ada: PersonId,
    olga: PersonId,
    _watched: Watched,
}

impl Rig {
    /// A bot that follows a copy of the transcripts' folder; Olga owns it.
    async fn start() -> Rig {
        let dir = tempfile::tempdir().expect("a place for temporary files");
        fs::create_dir(dir.path().join("faq")).unwrap();
        fs::copy("tests/transcripts/folder/library.toml", dir.path().join("faq/library.toml")).unwrap();
        let server =
            Server::start(([127, 0, 0, 1], 0).into(), Options::default()).await.expect("a free port");
        let (ada, olga) = (server.world().person("Ada"), server.world().person("Olga"));
        let folder = Folder::open(&dir.path().join("faq")).expect("it can be read");
        let storage = Storage::in_memory().await.expect("a database in memory");
        let mut config = Config::new(Options::default().token, storage, folder.library());
        config.api_url = Some(server.url());
        config.rates = None;
        config.owners = vec![chat::PersonId(olga.0)];
        config.follow(&folder);
        let library = folder.library();
        let _watched = folder.watch(NEVER).expect("a thread");
        let bot = Bot::start(config).await.expect("the server knows the token");
        server.world().start(olga, None).expect("she may write to the bot");
        Rig { dir, server, bot, library, ada, olga, _watched }
    }

    fn world(&self) -> &World {
        self.server.world()
    }

    fn file(&self) -> PathBuf {
        self.path("library.toml")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("faq").join(name)
    }

    /// Waits until the bot's last message to somebody says this.
    async fn until(&self, person: PersonId, part: &str) -> faqbot::preview::seen::Seen {
        let last = |world: &World| world.last_from_bot(person).filter(|seen| seen.text.contains(part));
        self.world().wait_for(LIMIT, last).await.unwrap_or_else(|error| panic!("{part:?}: {error}"))
    }

    fn say(&self, person: PersonId, text: &str) {
        self.world().say(person, person, text).expect("they may write to the bot");
    }

    async fn end(self) {
        self.bot.shutdown().await;
        self.server.stop().await;
    }
}

#[tokio::test]
async fn a_missed_question_is_added_and_answered() {
    let rig = Rig::start().await;
    rig.say(rig.ada, "how tall is mount everest");
    rig.until(rig.ada, "I don't have an answer to that").await;

    rig.say(rig.olga, "/misses");
    let list = rig.until(rig.olga, "how tall is mount everest").await;
    let add =
        list.button_texts().into_iter().find(|text| text.contains("print or copy")).expect("it is offered");
    rig.world().tap(rig.olga, rig.olga, list.id, add).expect("it can be tapped");
    rig.until(rig.olga, "Added to “Can I print or copy something?”").await;
    let text = fs::read_to_string(rig.file()).unwrap();
    assert!(text.contains("\"how tall is mount everest\""), "{text}");

    let has_it = |library: &Arc<Library>| {
        library
            .knowledge
            .entries
            .iter()
            .any(|it| it.phrasings.iter().any(|it| it.text == "how tall is mount everest"))
    };
    let mut library = rig.library.clone();
    let live = tokio::time::timeout(LIMIT, library.wait_for(has_it)).await;
    assert!(live.is_ok_and(|it| it.is_ok()), "the change goes live");
    rig.say(rig.ada, "How tall is Mount Everest?");
    rig.until(rig.ada, "The copier stands in the hall").await;
    rig.end().await;
}

/// The owner types the answer; nobody sees it before she has.
#[tokio::test]
async fn a_missed_question_gets_an_answer_of_its_own() {
    let rig = Rig::start().await;
    rig.say(rig.ada, "how tall is mount everest");
    rig.until(rig.ada, "I don't have an answer to that").await;
    rig.say(rig.olga, "/misses");
    let list = rig.until(rig.olga, "how tall is mount everest").await;
    rig.world().tap(rig.olga, rig.olga, list.id, "✍️ New answer").expect("it can be tapped");
    rig.until(rig.olga, "Send the answer as a message").await;
    rig.say(rig.olga, "It is **8,849 m** tall, {nonsense}.");
    rig.until(rig.olga, "there is no figure `nonsense`").await;
    rig.say(rig.olga, "It is **8,849 m** tall.");
    let ask = rig.until(rig.olga, "This is what people will see").await;
    assert!(!rig.path("added.toml").exists());
    rig.world().tap(rig.olga, rig.olga, ask.id, "✅ Add").expect("it can be tapped");
    let done = rig.until(rig.olga, "Added as a new entry").await;

    let has_it =
        |library: &Arc<Library>| library.knowledge.entries.iter().any(|it| it.answer.contains("8,849"));
    let mut library = rig.library.clone();
    let live = tokio::time::timeout(LIMIT, library.wait_for(has_it)).await;
    assert!(live.is_ok_and(|it| it.is_ok()), "the change goes live");
    rig.say(rig.ada, "How tall is Mount Everest?");
    rig.until(rig.ada, "8,849 m").await;

    rig.world().tap(rig.olga, rig.olga, done.id, "↩️ Undo").expect("it can be tapped");
    rig.until(rig.olga, "is on the list again").await;
    assert!(!rig.path("added.toml").exists());
    rig.end().await;
}

#[tokio::test]
async fn owners_hear_once_that_the_folder_is_broken_and_once_that_it_is_fixed() {
    let rig = Rig::start().await;
    let good = fs::read_to_string(rig.file()).unwrap();
    fs::write(rig.file(), format!("{good}\nthis is [broken\n")).unwrap();
    let notice = rig.until(rig.olga, "The last change to my folder has an error").await;
    assert!(notice.text.contains("library.toml, line"), "{}", notice.text);

    fs::write(rig.file(), format!("{good}\nthis is [broken, too\n")).unwrap();
    rig.say(rig.ada, "is there wifi");
    rig.until(rig.ada, "the network is called").await;

    fs::write(rig.file(), good).unwrap();
    rig.until(rig.olga, "All changes are live").await;
    let news = rig.world().messages(rig.olga).into_iter().filter(|it| it.text.contains("my folder")).count();
    assert_eq!(news, 1);
    rig.end().await;
}

/// They are informed of each file that breaks, of what is left to fix, and of the folder's end.
#[tokio::test]
async fn owners_hear_of_another_break() {
    let rig = Rig::start().await;
    let good = fs::read_to_string(rig.file()).unwrap();
    // More than one wants to read on a phone.
    let broken = "\n[[entry]]\nthis is broken\n".repeat(20);
    fs::write(rig.file(), format!("{good}{broken}")).unwrap();
    let notice = rig.until(rig.olga, "library.toml, line").await;
    assert!(!notice.text.contains("tea.toml"), "{}", notice.text);

    fs::write(rig.path("tea.toml"), "this is [broken, too\n").unwrap();
    rig.until(rig.olga, "… and in tea.toml").await;

    fs::write(rig.file(), good).unwrap();
    let left = |world: &World| {
        world
            .last_from_bot(rig.olga)
            .filter(|it| !it.text.contains("library.toml") && it.text.contains("tea.toml, line 1"))
    };
    rig.world().wait_for(LIMIT, left).await.expect("what is left is notice");

    let (faq, gone) = (rig.path(""), rig.dir.path().join("gone"));
    fs::rename(&faq, &gone).unwrap();
    rig.until(rig.olga, "there is no folder").await;

    fs::remove_file(gone.join("tea.toml")).unwrap();
    fs::rename(&gone, &faq).unwrap();
    rig.until(rig.olga, "All changes are live").await;
    rig.end().await;
}
