//! The customers of a business account, over HTTP.

use faqbot::bot::Bot;
use faqbot::chat::PersonId;
use faqbot::preview::business::BusinessRights;
use faqbot::preview::world::World;

use super::rig::{ANSWER, LIMIT, QUESTION, config, telegram};

const RIGHTS: BusinessRights = BusinessRights { can_reply: true, can_delete: true };

#[tokio::test]
async fn a_customer_is_answered_in_the_owners_name_and_the_answer_follows_the_question() {
    let server = telegram().await;
    let world = server.world();
    let (olga, ana) = (world.person("Olga"), world.person("Ana"));
    let mut config = config(&server).await;
    config.owners = vec![PersonId(olga.0)];
    let bot = Bot::start(config).await.expect("the server knows the token");
    world.start(olga, None).expect("Olga may write");
    world.connect(olga, RIGHTS);
    let chat = world.account_chat(olga, ana);

    let question = world.say(ana, chat, QUESTION).expect("Ana may write");
    let answer = world.wait_for_message(chat, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!((answer.from_id, answer.reply_to), (olga.0, Some(question)));
    assert!(answer.buttons.is_empty(), "{answer:?}");
    assert!(world.messages(ana).is_empty(), "nothing comes into her own chat with the bot");

    world.edit(ana, chat, question, "What does a library card cost?").expect("Ana may");
    let edited =
        |world: &World| world.message(chat, answer.id).filter(|it| it.text.contains("a year for adults"));
    world.wait_for(LIMIT, edited).await.expect("the answer is edited");

    world.edit(ana, chat, question, "never mind").expect("Ana may");
    let gone = |world: &World| world.message(chat, answer.id).is_none().then_some(());
    world.wait_for(LIMIT, gone).await.expect("the answer is deleted");
    bot.shutdown().await;
}

/// While the bot was away the account's owner has removed it, and the update about that is still on its way.
#[tokio::test]
async fn an_owner_hears_once_of_a_connection_that_ends_in_mid_answer() {
    let server = telegram().await;
    let world = server.world();
    let (olga, ana, ben) = (world.person("Olga"), world.person("Ana"), world.person("Ben"));
    world.start(olga, None).expect("Olga may write");
    world.connect(olga, RIGHTS);
    for customer in [ana, ben] {
        let chat = world.account_chat(olga, customer);
        world.say(customer, chat, QUESTION).expect("they may write");
    }
    world.disconnect_silently(olga);
    world.say(ben, ben, QUESTION).expect("Ben may write");
    let mut config = config(&server).await;
    config.owners = vec![PersonId(olga.0)];
    let bot = Bot::start(config).await.expect("the server knows the token");
    super::rig::answered(world, ben, 1).await;
    let noticed = |world: &World| {
        let refused = world.requests_of("sendMessage").iter().filter(|it| it.status == 400).count();
        let noticed = world.messages(olga).iter().filter(|it| it.text.contains("couldn't answer")).count();
        (refused == 2 && noticed == 1).then_some(())
    };
    world.wait_for(LIMIT, noticed).await.expect("Olga hears of it once");
    world.say(olga, olga, QUESTION).expect("Olga may write");
    super::rig::answered(world, olga, 1).await;
    bot.shutdown().await;
}

/// All messages for an account wait in one line: when one customer is gone, the others lose nothing.
#[tokio::test]
async fn a_customer_who_is_gone_costs_no_other_an_answer() {
    let server = telegram().await;
    let world = server.world();
    let (olga, ana, ben) = (world.person("Olga"), world.person("Ana"), world.person("Ben"));
    world.start(olga, None).expect("Olga may write");
    world.connect(olga, RIGHTS);
    for customer in [ana, ben] {
        let chat = world.account_chat(olga, customer);
        world.say(customer, chat, QUESTION).expect("they may write");
    }
    world.deactivate(ana);
    let mut config = config(&server).await;
    config.owners = vec![PersonId(olga.0)];
    let bot = Bot::start(config).await.expect("the server knows the token");
    let chat = world.account_chat(olga, ben);
    world.wait_for_message(chat, LIMIT, |it| it.text.contains(ANSWER)).await.expect("Ben is answered");
    let noticed = |it: &faqbot::preview::seen::Seen| it.text.contains("couldn't answer Ana");
    world.wait_for_message(olga, LIMIT, noticed).await.expect("Olga hears of Ana");
    bot.shutdown().await;
}

/// A connection that was made before the bot asked for such updates: it finds out when a customer writes.
#[tokio::test]
async fn unknown_rights_of_a_connection_are_asked_for() {
    let server = telegram().await;
    let world = server.world();
    let (olga, ana) = (world.person("Olga"), world.person("Ana"));
    let mut config = config(&server).await;
    config.owners = vec![PersonId(olga.0)];
    world.connect(olga, RIGHTS);
    world.forget_updates();
    let bot = Bot::start(config).await.expect("the server knows the token");
    let chat = world.account_chat(olga, ana);
    world.say(ana, chat, QUESTION).expect("Ana may write");
    world.wait_for_message(chat, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!(world.requests_of("getBusinessConnection").len(), 1);
    bot.shutdown().await;
}
