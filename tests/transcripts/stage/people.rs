//! What people do.

use faqbot::chat::{
    Action, Chance, ChatKind, Event, GuestQuery, InlineQuery, Message, MessageId, Person, PersonId, Sender,
    Tap, Vote,
};
use faqbot::language::Language;

use super::Stage;

impl Stage<'_> {
    pub(super) fn person_acts(&mut self, act: &str) {
        let (name, rest) = act.split_once([' ', ':']).unwrap_or((act, ""));
        let sender = self.cast.sender(name);
        let person = match &sender {
            Sender::Person(person) => person.clone(),
            _ => Person::new(PersonId(1_087_968_824), "Group"),
        };
        let rest = rest.trim_start();
        if act[name.len()..].starts_with(':') {
            self.say(sender, Some(rest), None);
        } else if let Some(label) = rest.strip_prefix("taps ") {
            match label.split_once(" under (") {
                Some((label, id)) => {
                    let id = id.trim_end_matches(')').parse().expect("the number of a message");
                    self.tap(person, label.trim_matches(['[', ']']), Some(MessageId(id)));
                }
                None => self.tap(person, label.trim_matches(['[', ']']), None),
            }
        } else if let Some(name) = rest.strip_prefix("is called ") {
            self.cast.names.insert(person.id, name.to_owned());
        } else if let Some(code) = rest.strip_prefix("uses Telegram in ") {
            self.cast.apps.insert(person.id, Language::from_code(code).expect("the code of a language"));
        } else if let Some(text) = rest.strip_prefix("forwards: ") {
            let id = self.messages.next_id();
            let message = Message { forwarded: true, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Message(message));
        } else if let Some(data) = rest.strip_prefix("forges ") {
            self.forge(person, data);
        } else if let Some(option) = rest.strip_prefix("votes ") {
            // Somebody who posts anonymously votes as the group, somebody who posts as a channel as that.
            let voter = match sender {
                Sender::AnonymousAdmin => Person::new(PersonId(-100), "Friends of the library"),
                Sender::Channel => Person::new(PersonId(-200), "News t.me/ad"),
                _ => person,
            };
            self.vote(voter, option);
        } else if let Some(text) = rest.strip_prefix("replies to the bot: ") {
            let last = self.messages.last_posted().expect("the bot has said something");
            self.say(sender, Some(text), Some(last));
        } else if let Some(rest) = rest.strip_prefix("replies to (") {
            let (id, text) = rest.split_once("): ").expect("(number of a message): text");
            let id = MessageId(id.parse().expect("the number of a message"));
            self.say(sender, Some(text), Some(id));
        } else if let Some(rest) = rest.strip_prefix("quotes [") {
            let (quote, text) = rest.split_once("]: ").expect("[what is quoted]: text");
            let id = self.messages.next_id();
            self.messages.write(id, text.to_owned());
            let quote = Some(quote.to_owned());
            let message = Message { quote, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Message(message));
        } else if let Some(rest) = rest.strip_prefix("replies to ") {
            let (id, text) = self.messages.written_as(rest);
            self.say(sender, Some(&text), Some(id));
        } else if let Some(rest) = rest.strip_prefix("edits ") {
            let (id, text) = self.messages.written_as(rest);
            self.messages.write(id, text.clone());
            let message = self.message(id, sender, Some(&text), None);
            self.event(Event::Edited(message));
        } else if let Some(quote) = rest.strip_prefix("deletes [") {
            let (id, _) = self.messages.written_as(&format!("[{quote}: "));
            self.messages.delete_written(id);
        } else if let Some(marked) = rest.strip_prefix("writes formatted: ") {
            // Telegram turns the marks into formatting.
            let marked = marked.replace("\\n", "\n");
            let text = faqbot::rich_text::markdown(&marked).text;
            let id = self.messages.next_id();
            let message = Message { formatted: Some(marked), ..self.message(id, sender, Some(&text), None) };
            self.event(Event::Message(message));
        } else if let Some(n) = rest.strip_prefix("writes so many letters: ") {
            // Telegram sends a longer text as several messages.
            let text = "long ".repeat(n.parse::<usize>().expect("a number") / 5);
            for part in text.as_bytes().chunks(4_095) {
                self.say(sender.clone(), Some(std::str::from_utf8(part).expect("plain letters")), None);
            }
        } else if let Some(caption) = rest.strip_prefix("sends a photo: ") {
            let id = self.messages.next_id();
            let message = self.message(id, sender, Some(caption), None);
            self.event(Event::Message(Message { has_attachment: true, ..message }));
        } else if rest == "sends a sticker" {
            self.say(sender, None, None);
        } else if let Some(text) = rest.strip_prefix("writes elsewhere: ") {
            let id = self.messages.next_id();
            let message =
                Message { chat: ChatKind::Supergroup, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Guest(GuestQuery { id: "guest".into(), message }));
        } else if let Some(query) = rest.strip_prefix("types @library_bot") {
            let query = query.trim().to_owned();
            self.event(Event::Inline(InlineQuery { id: "inline".into(), person, query }));
        } else if rest == "asks to be forgotten" {
            self.event(Event::Forget { person: person.id });
            if self.business.connection.is_some() {
                self.step_in(true, Event::Forget { person: person.id });
            }
        } else if !self.acts_in_account(sender, &person, rest) {
            panic!("what is: {act}");
        }
    }

    pub(super) fn message(
        &self,
        id: MessageId,
        sender: Sender,
        text: Option<&str>,
        reply_to: Option<MessageId>,
    ) -> Message {
        Message {
            id,
            chat: self.kind,
            thread: self.thread,
            chain: self.chain,
            sender,
            text: text.map(str::to_owned),
            reply_to: reply_to.map(|id| self.messages.replied(id)),
            sent_at: None,
            forwarded: false,
            chance: Chance::default(),
            quote: None,
            addresses_others: false,
            formatted: None,
            has_attachment: false,
        }
    }

    fn say(&mut self, sender: Sender, text: Option<&str>, reply_to: Option<MessageId>) {
        let id = self.messages.next_id();
        let text = text.map(|text| text.replace("\\n", "\n"));
        if let Some(text) = &text {
            self.messages.write(id, text.clone());
        }
        let message = self.message(id, sender, text.as_deref(), reply_to);
        self.event(Event::Message(message));
    }

    /// Taps the lowest button with this label, or the one under this message.
    fn tap(&mut self, person: Person, label: &str, under: Option<MessageId>) {
        let fits = |id: &MessageId| under.is_none_or(|under| under == *id);
        let found = self.messages.posted.iter().rev().filter(|(id, _)| fits(id)).find_map(|(id, posted)| {
            let button = posted.buttons.iter().flatten().find(|button| button.label == label)?;
            Some((*id, button.action.clone(), posted.reply_to))
        });
        let Some((message, action, reply_to)) = found else {
            panic!("no button says {label:?} in:\n{}", self.paper.as_str())
        };
        match action {
            Action::Url(url) => self.paper.line(&format!("({url} opens)")),
            Action::Tap(data) => {
                assert!((1..=64).contains(&data.len()), "callback_data is 1 to 64 bytes: {data}");
                self.press(person, message, reply_to, data);
            }
        }
    }

    /// Taps a button that may not be there, under the last message or a given one.
    fn forge(&mut self, person: Person, data: &str) {
        let last = self.messages.last_posted().unwrap_or(MessageId(1));
        let (data, message) = match data.split_once(" under (") {
            Some((data, id)) => {
                (data, MessageId(id.trim_end_matches(')').parse().expect("the number of a message")))
            }
            None => (data, last),
        };
        self.press(person, message, None, data.to_owned());
    }

    fn press(&mut self, person: Person, message: MessageId, reply_to: Option<MessageId>, data: String) {
        let reply_to = reply_to.map(|id| self.messages.replied(id));
        let (chat, thread, chain) = (self.kind, self.thread, self.chain);
        let shown =
            self.messages.posted.get(&message).into_iter().flat_map(|posted| posted.buttons.iter().flatten());
        let forged = !shown.into_iter().any(|button| button.action == Action::Tap(data.clone()));
        let tap = Tap {
            query: "tap".into(),
            person,
            chat,
            thread,
            chain,
            message,
            reply_to,
            data,
            forged,
            chance: Chance::default(),
        };
        self.event(Event::Tap(tap));
    }

    /// Votes in the last poll: `right`, `half right` for one of several right options, `wrong` for the first wrong option, `wrong too` for the second, or `nothing`
    /// to take the vote back.
    fn vote(&mut self, person: Person, choice: &str) {
        let (key, correct) = self
            .messages
            .posted
            .values()
            .rev()
            .find_map(|posted| posted.poll.clone())
            .expect("there is a poll to vote in");
        let wrong =
            |n: usize| (0..).filter(|option| !correct.contains(option)).nth(n).expect("numbers do not end");
        let options = match choice {
            "right" => correct,
            "half right" => correct[..1].to_vec(),
            "wrong" => vec![wrong(0)],
            "wrong too" => vec![wrong(1)],
            "nothing" => vec![],
            other => panic!("no such vote: {other}"),
        };
        self.event(Event::Vote(Vote { poll: key, person, options }));
    }
}
