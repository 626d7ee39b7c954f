//! A Bot API server that is older than the bot: anything it has no method for is left out, and the log says so once.

use std::process::Stdio;

use faqbot::preview::faults::{Failure, Fault};

use super::process::{Place, Running};
use super::rig::{LIMIT, QUESTION, answered, telegram};

/// The answer of tdlib/telegram-bot-api to a method that it does not have.
fn unknown() -> Failure {
    Failure::Error { code: 404, description: "Not Found: method not found".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_the_server_lacks_is_reported_once_and_the_rest_works() {
    let server = telegram().await;
    let world = server.world();
    for method in ["setMyDescription", "answerGuestQuery"] {
        world.fail(Fault::new(unknown()).method(method));
    }
    let place = Place::new();
    let mut command = place.command(&server.url());
    command.env("RUST_LOG", "warn").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut bot = Running(command.spawn().expect("the binary was built"));

    let ada = world.person("Ada");
    for _ in 0..2 {
        world.guest_message(ada, "@preview_bot When is the library open?");
    }
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    let tried = |world: &faqbot::preview::world::World| {
        let is_tried = world.requests_of("answerGuestQuery").len() == 2;
        let has_menus = !world.requests_of("setMyShortDescription").is_empty();
        (is_tried && has_menus && world.commands("all_private_chats", "").is_some()).then_some(())
    };
    world.wait_for(LIMIT, tried).await.expect("the rest of the menus is set");

    bot.0.kill().expect("it runs");
    let mut log = String::new();
    use std::io::Read as _;
    for pipe in [
        bot.0.stdout.take().map(|it| Box::new(it) as Box<dyn std::io::Read>),
        bot.0.stderr.take().map(|it| Box::new(it) as Box<dyn std::io::Read>),
    ] {
        pipe.expect("it is piped").read_to_string(&mut log).expect("it is text");
    }
    for method in ["SetMyDescription", "AnswerGuestQuery"] {
        assert_eq!(log.matches(method).count(), 1, "{method}: {log}");
    }
    assert!(log.contains("older than the bot"), "{log}");
}
