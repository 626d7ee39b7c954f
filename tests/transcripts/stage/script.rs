//! What a script says: what happens to everybody is here, what people do in `people.rs`.

use std::time::Duration;

use faqbot::chat::{ChatKind, Event, Failure, FolderNews, Membership, MessageId, ThreadId};

use super::Stage;
use super::telegram::Answer;

impl Stage<'_> {
    /// Something happens: a `>` line of a script.
    pub(super) fn act(&mut self, act: &str) {
        if let Some(place) = act.strip_prefix("in ") {
            self.go_to(place);
        } else if let Some(time) = act.strip_prefix("wait ") {
            self.wait(duration(time));
        } else if let Some(change) = act.strip_prefix("the bot is ") {
            self.membership(change);
        } else if let Some(id) = act.strip_prefix("somebody deletes (") {
            let id = id.trim_end_matches(')').parse().expect("the number of a message");
            self.messages.posted.remove(&MessageId(id)).expect("it is the bot's");
        } else if let Some(change) = act.strip_prefix("the folder says ") {
            let (new, old) = change.split_once(" for ").expect("one text for another");
            self.folder.say(new, old);
        } else if let Some(change) = act.strip_prefix("somebody writes ") {
            let (new, old) = change.split_once(" for ").expect("one text for another");
            self.folder.write(new, old);
        } else if let Some(name) = act.strip_prefix("the picture ") {
            let name = name.strip_suffix(" is gone").expect("is gone").to_owned();
            let reason = "No such file or directory (os error 2)".into();
            self.event(Event::Folder(FolderNews::Picture { name, reason }));
        } else if let Some(question) = act.strip_prefix("another owner settles ") {
            self.database.settle(question);
        } else {
            self.happens(act);
        }
    }

    fn happens(&mut self, act: &str) {
        match act {
            "the group becomes a supergroup" => {
                self.messages.leave_behind();
                self.kind = ChatKind::Supergroup;
                self.event(Event::Migrated);
            }
            "the bot restarts" => {
                let stored = serde_json::to_string(&self.conversation).expect("states can be stored");
                self.conversation = serde_json::from_str(&stored).expect("and read again");
            }
            "privacy mode is off" => self.me.reads_all_group_messages = true,
            "polls are forbidden" => self.telegram.poll_failure = Some(Failure::NoRights),
            "polls are refused" => {
                self.telegram.poll_failure = Some(Failure::Other("Bad Request: no such polls".into()));
            }
            "polls are allowed" => self.telegram.poll_failure = None,
            "polls get stuck" => self.telegram.polls_are_stuck = true,
            "members cannot be asked for" => self.telegram.membership = Answer::Refused,
            "word on members gets stuck" => self.telegram.membership = Answer::OnItsWay,
            "what is stuck arrives" => self.deliver(),
            "the account's owner takes the right to reply while an answer is on its way" => {
                self.telegram.business_failure = Some(Failure::NoRights);
            }
            "the bot forgets the connection" => self.business.forget(),
            "the folder is broken" => {
                let diagnostics = "library.toml, line 7: this is no TOML.".into();
                self.event(Event::Folder(FolderNews::Broken { diagnostics }));
            }
            "the folder is fixed" => self.event(Event::Folder(FolderNews::Fixed)),
            "the folder cannot be written" => {
                let failure = Failure::Other("writing faq/added.toml: Permission denied".into());
                self.folder.failure = Some(failure);
            }
            act => self.person_acts(act),
        }
    }

    /// Where people write from now on.
    fn go_to(&mut self, place: &str) {
        (self.kind, self.thread) = match place {
            "private" => (ChatKind::Private, None),
            "a group" => (ChatKind::Group, None),
            "a channel's direct messages" => {
                (ChatKind::DirectMessages, Some(ThreadId::direct_messages(5_000_000_011)))
            }
            "the comments" => (ChatKind::Supergroup, Some(ThreadId::comments(MessageId(70)))),
            "a chain of replies" => (ChatKind::Supergroup, None),
            "a topic of the private chat" => (ChatKind::Private, Some(ThreadId(7))),
            "a forum topic" => (ChatKind::Supergroup, Some(ThreadId(7))),
            "another topic" => (ChatKind::Supergroup, Some(ThreadId(8))),
            other => panic!("no such chat: {other}"),
        };
        self.chain = (place == "a chain of replies").then_some(MessageId(70));
    }

    fn membership(&mut self, change: &str) {
        let (was_member, member, admin) = match change {
            "added" => (false, true, false),
            "added as an admin" => (false, true, true),
            "made an admin" => (true, true, true),
            "no admin any more" => (true, true, false),
            "removed" => (true, false, false),
            other => panic!("how can a bot be {other}"),
        };
        let membership = Membership { chat: self.kind, member, was_member, admin };
        self.event(Event::Membership(membership));
    }
}

/// `31s`, `5m`, `6h`, `300ms`.
fn duration(text: &str) -> Duration {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()].parse().expect("a number");
    match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number * 60),
        "h" => Duration::from_secs(number * 3_600),
        other => panic!("no such unit: {other}"),
    }
}
