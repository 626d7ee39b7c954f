use super::rig::{LIMIT, QUESTION, answered, bot, telegram};

#[tokio::test]
async fn a_question_is_answered() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    bot.shutdown().await;
}

#[tokio::test]
async fn the_menus_are_set_in_the_words_of_the_folder() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let commands = |world: &faqbot::preview::world::World| world.commands("all_group_chats", "");
    let commands = server.world().wait_for(LIMIT, commands).await.expect("the menus are set");
    assert!(commands.to_string().contains("quiz"), "{commands}");
    bot.shutdown().await;
}
