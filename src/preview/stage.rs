//! The people and chats that the preview begins with.

use super::business::BusinessRights;
use super::people::Refusal;
use super::state::{ChatId, PersonId};
use super::world::World;

/// Who is there, and where they meet.
#[derive(Debug, Clone)]
pub struct Stage {
    pub people: Vec<PersonId>,
    pub group: ChatId,
}

/// Four people, a group they are all in, and a forum with topics, each with the bot added; a group without it, where it
/// can be mentioned; and the business account of the first, who runs the bot, with a customer.
///
/// The group is of the older kind, as new ones are on Telegram, so that it can be made a supergroup.
///
/// # Errors
///
/// None in a world that is new.
pub fn set(world: &World) -> Result<Stage, Refusal> {
    let people: Vec<PersonId> =
        [("Ada", "ada"), ("Bruno", "bruno_m"), ("Chioma", "chioma"), ("Dilip", "dilip_k")]
            .into_iter()
            .map(|(name, username)| {
                let person = world.person(name);
                world.describe(person, username, "en");
                person
            })
            .collect();
    let group = world.group("Reading circle", people[0], &people[1..]);
    world.add_bot(people[0], group)?;
    let forum = world.forum("Newsroom", people[1], &people);
    world.open_topic(people[1], forum, "Questions")?;
    world.open_topic(people[1], forum, "Quiz night")?;
    world.add_bot(people[1], forum)?;
    world.supergroup("Book swap", people[2], &[people[0], people[3]]);
    world.set_owners(&people[..1]);
    world.connect(people[0], BusinessRights::ALL);
    world.account_chat(people[0], people[3]);
    Ok(Stage { people, group })
}
