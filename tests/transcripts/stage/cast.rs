//! The people of the chats.

use std::collections::BTreeMap;

use faqbot::chat::{Person, PersonId, Sender};
use faqbot::language::Language;

/// Who may be in a chat. Cleo is an admin of the group, Olga owns the bot; `Admin` posts anonymously. Eve is in
/// no group. Where more are needed, there are `P1`, `P2` and so on.
pub(super) const PEOPLE: [(&str, i64); 6] =
    [("Ana", 11), ("Ben", 12), ("Cleo", 13), ("Dan", 14), ("Eve", 15), ("Olga", 99)];

#[derive(Default)]
pub(super) struct Cast {
    /// Names of people who call themselves something else.
    pub(super) names: BTreeMap<PersonId, String>,
    /// The languages of people's apps.
    pub(super) apps: BTreeMap<PersonId, Language>,
}

impl Cast {
    /// Somebody, by their name in the script.
    pub(super) fn sender(&self, name: &str) -> Sender {
        match PEOPLE.iter().find(|(known, _)| *known == name) {
            Some((name, id)) => {
                let id = PersonId(*id);
                let name = self.names.get(&id).cloned().unwrap_or_else(|| (*name).into());
                Sender::Person(Person { language: self.apps.get(&id).copied(), ..Person::new(id, name) })
            }
            None if name == "Admin" => Sender::AnonymousAdmin,
            None if name.starts_with('P') => {
                let number: i64 = name[1..].parse().unwrap_or_else(|_| panic!("nobody is called {name:?}"));
                Sender::Person(Person::new(PersonId(1_000 + number), format!("Player {number}")))
            }
            None if name == "Channel" => Sender::Channel,
            None => panic!("nobody is called {name:?}"),
        }
    }
}
