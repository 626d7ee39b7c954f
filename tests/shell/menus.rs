//! What Telegram shows of the bot outside its messages: set in every language, and only where it has changed.

use std::sync::Arc;

use faqbot::bot::{Bot, Config};
use faqbot::chat::Library;
use faqbot::knowledge::{Source, parse};
use faqbot::preview::server::Server;
use faqbot::preview::world::World;
use faqbot::storage::Storage;
use serde_json::Value;
use tokio::sync::watch;

use super::rig::{FOLDER, LIMIT, config_on, telegram};
use crate::folder::TempFolder;

/// For everybody, and in each language that the bot speaks besides English.
const N_PARTS: usize = 6 + 13 * 5;

const DUTCH: &str = "language = 'nl'\n[bot.texts]\nmenu-ask = 'Vraag het de bibliothecaris'\n";

fn library(text: String) -> Source {
    Source { path: "library.toml".into(), text }
}

/// A bot on this database with the folder, changed.
async fn bot_with(server: &Server, database: &TempFolder, change: impl Fn(&str) -> String) -> (Bot, Storage) {
    bot_of(server, database, vec![library(change(FOLDER))]).await
}

async fn bot_of(server: &Server, database: &TempFolder, folder: Vec<Source>) -> (Bot, Storage) {
    let library = Library::new(parse(&folder).0, "2026-01-01");
    let storage = Storage::open(&database.database_url()).await.expect("the file can be made");
    let library = watch::Sender::new(Arc::new(library)).subscribe();
    let config = Config { library, ..config_on(server, storage.clone()) };
    (Bot::start(config).await.expect("the server knows the token"), storage)
}

/// What has been set so far: the method, the language, and the text, or the scope with its commands.
fn set(world: &World) -> Vec<String> {
    let requests = world.requests().into_iter().filter(|it| {
        (it.method.starts_with("setMy") || it.method.starts_with("deleteMy")) && it.status == 200
    });
    requests.map(|it| format!("{} {}", it.method, setting(&it.params))).collect()
}

fn setting(params: &Value) -> String {
    let language = params["language_code"].as_str().map(|code| format!("{code} ")).unwrap_or_default();
    if let Some(text) = params["description"].as_str().or(params["short_description"].as_str()) {
        return format!("{language}{text}");
    }
    let scope = params["scope"]["type"].as_str().unwrap_or_default();
    let commands = params["commands"].as_array().into_iter().flatten();
    let names: Vec<&str> = commands.filter_map(|it| it["command"].as_str()).collect();
    format!("{language}{scope}: {}", names.join(" "))
}

/// Waits until the bot notes that it has set something else, and ends it: returns what has been set by then.
async fn all_set(world: &World, (bot, storage): (Bot, Storage), before: &mut Option<String>) -> Vec<String> {
    let noted = async {
        loop {
            let now = storage.shown_menus().await.expect("it can be read");
            if now != *before {
                return now;
            }
            tokio::task::yield_now().await;
        }
    };
    *before = tokio::time::timeout(LIMIT, noted).await.expect("the bot introduces itself");
    bot.shutdown().await;
    set(world)
}

#[tokio::test]
async fn the_menus_are_set_in_every_language_and_once() {
    let (server, database) = (telegram().await, TempFolder::new());
    let world = server.world();
    let bot = bot_with(&server, &database, str::to_owned).await;
    let mut noted = None;
    let first = all_set(world, bot, &mut noted).await;
    assert_eq!(first.len(), N_PARTS, "{first:#?}");
    let everybody = [
        "setMyCommands default: topics glossary define quiz guess stop practice daily top help about privacy forgetme",
        "setMyCommands all_private_chats: topics glossary define quiz guess stop practice daily top help about privacy forgetme",
        "setMyCommands all_group_chats: ask quiz guess stop top daily topics glossary define help",
        "setMyCommands all_chat_administrators: ask quiz guess stop top daily topics glossary define help settings quiet",
        "setMyDescription Ask me about The house rules of the town library. Every answer was written by a person; \
         if I don't have one, I'll say so. I also run quizzes, here and in groups.",
        "setMyShortDescription Answers and quizzes about The house rules of the town library.",
    ];
    assert_eq!(first[..6], everybody);
    let commands = |scope, language| world.commands(scope, language).map(|it| it.to_string());
    let german = commands("all_private_chats", "de").expect("there is a menu in German");
    assert!(german.contains("Glossar"), "{german}");
    let persian = commands("all_chat_administrators", "fa").expect("there is a menu in Persian");
    assert!(persian.contains("گروه"), "{persian}");
    assert!(first.iter().any(|it| it.starts_with("setMyDescription pt ")), "{first:#?}");

    // A changed wording is set where it is shown, in all languages; nothing else is set again.
    let worded = |text: &str| format!("{text}\n[bot.texts]\nmenu-ask = \"Ask the librarian\"\n");
    let in_bot = |text: &str| {
        let (bot, rest) = text.split_once("\n[[entry]]").expect("the folder has entries");
        format!("{}\n[[entry]]{rest}", worded(bot))
    };
    let bot = bot_with(&server, &database, in_bot).await;
    let second = all_set(world, bot, &mut noted).await;
    assert_eq!(second.len(), N_PARTS + 28, "{:#?}", &second[N_PARTS..]);
    let mut changed = second[N_PARTS..].iter();
    assert!(changed.all(|it| it.contains("all_group_chats") || it.contains("all_chat_administrators")));
    let german = commands("all_group_chats", "de").expect("there is a menu in German");
    assert!(german.contains("Ask the librarian"), "{german}");

    // A folder in a language that the bot does not speak itself has its own menu, as long as it is in it.
    let dutch = Source { path: "dutch.toml".into(), text: DUTCH.into() };
    let bot = bot_of(&server, &database, vec![library(in_bot(FOLDER)), dutch]).await;
    let third = all_set(world, bot, &mut noted).await;
    let dutch = commands("all_group_chats", "nl").expect("there is a menu in Dutch");
    assert!(dutch.contains("Vraag het de bibliothecaris"), "{dutch}");
    let bot = bot_of(&server, &database, vec![library(in_bot(FOLDER))]).await;
    let fourth = all_set(world, bot, &mut noted).await;
    assert_eq!(commands("all_group_chats", "nl"), None);
    let taken_back: Vec<&String> = fourth[third.len()..].iter().filter(|it| it.contains(" nl ")).collect();
    assert_eq!(taken_back.len(), 5, "{taken_back:#?}");
}
