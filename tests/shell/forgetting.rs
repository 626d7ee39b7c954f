//! What is left of somebody who asks to be forgotten: nothing, in any of the bot's files.

use std::path::Path;
use std::time::Instant;

use faqbot::bot::Bot;
use faqbot::preview::world::{ChatId, PersonId, World};
use faqbot::storage::Storage;

use super::rig::{LIMIT, QUESTION, answered, config_on, telegram};
use crate::folder::TempFolder;

const NAME: &str = "Zebediah Quux";
const WORDS: &str = "xyzzy at zeb@example.org";

/// The traces in a folder's files: a person's name, number and words, in the order of the files.
fn traces(folder: &Path, person: PersonId) -> Vec<String> {
    let number = person.0.to_string();
    // SQLite writes a number of this size in six bytes, the highest first.
    let stored = &person.0.to_be_bytes()[2..];
    let sought = [
        ("name", NAME.as_bytes()),
        ("number", number.as_bytes()),
        ("words", WORDS.as_bytes()),
        ("stored number", stored),
    ];
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).expect("the folder is ours") {
        let path = file.expect("it is read").path();
        // A file that has gone in the meantime has none.
        let bytes = std::fs::read(&path).unwrap_or_default();
        for (what, sought) in sought {
            let n = bytes.windows(sought.len()).filter(|window| *window == sought).count();
            if n > 0 {
                found.push(format!("{}: {what} {n}×", path.display()));
            }
        }
    }
    found
}

async fn says(world: &World, chat: impl Into<ChatId>, text: &str) -> faqbot::preview::seen::Seen {
    let says = |it: &faqbot::preview::seen::Seen| it.is_from_bot && it.text.contains(text);
    world.wait_for_message(chat, LIMIT, says).await.expect("the bot says so")
}

#[tokio::test]
async fn nothing_is_left_of_somebody_who_is_forgotten() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open_alone(&folder.database_url()).await.expect("the file is made");
    let bot = Bot::start(config_on(&server, storage)).await.expect("the server knows the token");
    let (ada, zeb) = (world.person("Ada"), world.person(NAME));
    let group = world.supergroup("Tea", zeb, &[ada]);
    world.add_bot(zeb, group).expect("the founder may");

    // Zeb asks in private and in the group, edits, turns an answer down, and plays: in the group to the end, in private
    // until he asks to be forgotten.
    for n in 0..10 {
        world.say(zeb, zeb, QUESTION).expect("Zeb may write");
        answered(world, zeb, n + 1).await;
    }
    let question = world.say(zeb, group, format!("/ask {QUESTION}").as_str()).expect("Zeb may write");
    answered(world, group, 1).await;
    world.edit(zeb, group, question, &format!("/ask {QUESTION} {WORDS}")).expect("Zeb may");
    let answer = says(world, zeb, super::rig::ANSWER).await;
    let thumb =
        answer.button_texts().into_iter().find(|it| it.contains('👎')).expect("there are thumbs").to_owned();
    world.tap(zeb, zeb, answer.id, &thumb).expect("he may");
    world.say(zeb, group, "/quiz@preview_bot 1 60").expect("members may write");
    let lobby = says(world, group, "Quiz").await;
    for person in [zeb, ada] {
        world.tap(person, group, lobby.id, "🙋 Join").expect("they may");
    }
    world.tap(zeb, group, lobby.id, "▶ Start now").expect("the starter may");
    let poll = |it: &faqbot::preview::seen::Seen| it.poll.is_some();
    let asked = world.wait_for_message(group, LIMIT, poll).await.expect("the bot asks");
    let vote = |person, option| world.vote(person, group, asked.id, &[option]).expect("it is open");
    vote(zeb, 0);
    vote(ada, 1);
    says(world, group, NAME).await;
    world.say(zeb, zeb, "/quiz 3 60").expect("Zeb may write");
    world.wait_for_message(zeb, LIMIT, poll).await.expect("the bot asks");
    assert!(!traces(folder.path(), zeb).is_empty(), "what is sought is there to be found");

    world.say(zeb, zeb, "/forgetme").expect("Zeb may write");
    let ask = says(world, zeb, "can't be undone").await;
    world.tap(zeb, zeb, ask.id, "Delete").expect("he may");
    says(world, zeb, "has been deleted").await;

    // Even while the bot goes on running.
    let begin = Instant::now();
    while !traces(folder.path(), zeb).is_empty() && begin.elapsed() < LIMIT {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(traces(folder.path(), zeb), [""; 0]);
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    #[cfg(unix)]
    for file in std::fs::read_dir(folder.path()).expect("the folder is ours") {
        use std::os::unix::fs::PermissionsExt as _;
        let file = file.expect("it is read");
        let mode = file.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
    }
    bot.shutdown().await;
    assert_eq!(traces(folder.path(), zeb), [""; 0]);
}
