//! Who may use what is meant for admins.

use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::clock::ManualClock;
use faqbot::preview::server::{Clock, Options};
use faqbot::preview::world::{ChatId, MemberStatus, PersonId, World};
use faqbot::time::Timestamp;

use super::rig::{LIMIT, config, telegram_with};

/// Asks for the settings, and waits for the answer; returns how often Telegram was asked for the admins by then.
async fn n_asks_after(world: &World, person: PersonId, group: ChatId, expected: &str) -> usize {
    let n_answers = |world: &World| {
        world.messages(group).iter().filter(|it| it.is_from_bot && it.text.contains(expected)).count()
    };
    let before = n_answers(world);
    world.say(person, group, "/settings@preview_bot").expect("members may write");
    let answered = |world: &World| (n_answers(world) > before).then_some(());
    world.wait_for(LIMIT, answered).await.expect("the bot answers");
    world.requests_of("getChatAdministrators").len()
}

#[tokio::test]
async fn the_admins_of_a_group_are_asked_for_once_in_a_while() {
    const SETTINGS: &str = "Group settings";
    const REFUSED: &str = "Only admins can change the settings";
    let clock = ManualClock::at(Timestamp(1_767_614_400_000));
    let shared = clock.clone();
    let options =
        Options { clock: Clock::new(move || faqbot::clock::Clock::now(&shared).0), ..Options::default() };
    let server = telegram_with(options).await;
    let world = server.world();
    let config = Config { clock: Arc::new(clock.clone()), ..config(&server).await };
    let bot = Bot::start(config).await.expect("the server knows the token");
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let group = world.supergroup("Tea", ada, &[bob]);
    world.add_bot(ada, group).expect("the founder may");

    assert_eq!(n_asks_after(world, ada, group, SETTINGS).await, 1);
    assert_eq!(n_asks_after(world, ada, group, SETTINGS).await, 1);
    assert_eq!(n_asks_after(world, bob, group, REFUSED).await, 1);
    // Another group has other admins.
    let other = world.supergroup("Cake", bob, &[ada]);
    world.add_bot(bob, other).expect("the founder may");
    assert_eq!(n_asks_after(world, bob, other, SETTINGS).await, 2);
    // A new admin need not wait for long.
    world.set_standing(ada, group, bob, MemberStatus::Administrator).expect("Bob is in it");
    clock.advance(Duration::from_secs(15));
    assert_eq!(n_asks_after(world, bob, group, SETTINGS).await, 3);
    assert_eq!(n_asks_after(world, ada, group, SETTINGS).await, 3);
    // Nor does a former one stay one for ever.
    world.set_standing(ada, group, bob, MemberStatus::Member).expect("Bob is in it");
    clock.advance(Duration::from_secs(5 * 60));
    assert_eq!(n_asks_after(world, bob, group, REFUSED).await, 4);
    bot.shutdown().await;
}
