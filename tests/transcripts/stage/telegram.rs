//! Telegram: carries out what the bot asks for, unless the script lets it fail.

use faqbot::chat::{
    BusinessTarget, CAPTION_LIMIT, ChatKind, Done, Event, Failure, MessageRef, Outgoing, PersonId, Request,
    Thread, ThreadId,
};
use faqbot::rich_text::RichText;

use super::Stage;
use super::cast::PEOPLE;
use super::messages::Posted;

/// What does not work, or not yet.
#[derive(Default)]
pub(super) struct Telegram {
    /// Why the next poll cannot be sent.
    pub(super) poll_failure: Option<Failure>,
    /// Polls stay on their way until this is over.
    pub(super) polls_are_stuck: bool,
    /// Telegram's answer on who is in the group.
    pub(super) membership: Answer,
    /// Why customers of the business account cannot be written to.
    pub(super) business_failure: Option<Failure>,
    stuck: Vec<Outgoing>,
}

/// The result of a question to Telegram.
#[derive(Default, PartialEq)]
pub(super) enum Answer {
    #[default]
    Given,
    Refused,
    OnItsWay,
}

impl Stage<'_> {
    /// What got stuck arrives.
    pub(super) fn deliver(&mut self) {
        (self.telegram.polls_are_stuck, self.telegram.membership) = (false, Answer::Given);
        for outgoing in std::mem::take(&mut self.telegram.stuck) {
            self.carry_out(outgoing);
        }
    }

    pub(super) fn carry_out(&mut self, outgoing: Outgoing) {
        if self.telegram.polls_are_stuck && matches!(outgoing.request, Request::Poll { .. }) {
            self.paper.line("(the poll is on its way)");
            return self.telegram.stuck.push(outgoing);
        }
        if self.telegram.membership == Answer::OnItsWay
            && matches!(outgoing.request, Request::AskMember { .. })
        {
            return self.telegram.stuck.push(outgoing);
        }
        if let (Some(_), Some(failure)) = (&outgoing.business, self.telegram.business_failure.clone()) {
            self.paper.line("(Telegram refuses)");
            let Some(key) = outgoing.key.filter(|_| outgoing.report) else { return };
            return self.event(Event::Failed { key, failure });
        }
        let Outgoing { key, business, thread, request, priority, asker, report } = outgoing;
        let done = match request {
            Request::Message { text, buttons, reply_to, only_as_reply, silent: _, picture } => {
                let reply_to = reply_to.and_then(|reference| self.messages.resolve(&reference));
                if only_as_reply && !reply_to.is_some_and(|id| self.messages.posted.contains_key(&id)) {
                    let (key, failure) = (key.expect("it is reported"), Failure::MessageGone);
                    return self.event(Event::Failed { key, failure });
                }
                let id = self.messages.next_id();
                let to = match reply_to {
                    Some(to) if to.0 + 1 == id.0 => String::new(),
                    Some(to) => format!(" to ({})", to.0),
                    None => String::new(),
                };
                let place = match &business {
                    Some(BusinessTarget { chat, .. }) => {
                        let customer = PEOPLE.iter().find(|(_, id)| *id == chat.0).expect("a customer").0;
                        format!(" in Olga's chat with {customer}")
                    }
                    None => place(thread),
                };
                self.paper.line(&format!("({}){to}{place}", id.0));
                if let Some(picture) = picture {
                    assert!(text.n_chars() <= CAPTION_LIMIT, "a caption has {} characters", text.n_chars());
                    self.paper.line(&format!("  🖼 {}", picture.0));
                }
                self.paper.show(&text, &buttons);
                let posted = Posted { text: text.text, buttons, reply_to, poll: None };
                self.messages.post(id, key.as_ref(), posted);
                Done::Message(id)
            }
            Request::Edit { message, text, buttons, or_reply_to } => {
                let Some(id) = self.messages.resolve(&message) else {
                    return self.paper.line(&format!("(edits {message:?})"));
                };
                if !self.messages.posted.contains_key(&id) {
                    self.paper.line(&format!("({} is gone)", id.0));
                    let Some(reply_to) = or_reply_to.map(MessageRef::Id) else { return };
                    let (reply_to, only_as_reply, silent, picture) = (Some(reply_to), false, false, None);
                    let request =
                        Request::Message { text, buttons, reply_to, only_as_reply, silent, picture };
                    return self.carry_out(Outgoing {
                        key,
                        business,
                        thread,
                        request,
                        priority,
                        asker,
                        report,
                    });
                }
                self.paper.line(&format!("({}) becomes", id.0));
                self.paper.show(&text, &buttons);
                if let Some(posted) = self.messages.posted.get_mut(&id) {
                    (posted.text, posted.buttons) = (text.text, buttons);
                }
                Done::Message(id)
            }
            Request::EditButtons { message, buttons } => {
                let Some(id) = self.messages.resolve(&message) else { return };
                self.paper.line(&format!("({}) has other buttons", id.0));
                self.paper.show(&RichText::default(), &buttons);
                if let Some(posted) = self.messages.posted.get_mut(&id) {
                    posted.buttons = buttons;
                }
                Done::Message(id)
            }
            Request::Delete { message } => {
                let Some(id) = self.messages.resolve(&message) else { return };
                self.paper.line(&format!("({}) is deleted", id.0));
                self.messages.posted.remove(&id);
                Done::Nothing
            }
            Request::Poll {
                question,
                options,
                correct,
                explanation,
                seconds,
                picture,
                explanation_picture,
                ..
            } => {
                if let Some(failure) = self.telegram.poll_failure.clone() {
                    self.paper.line("(the poll cannot be sent)");
                    let key = key.expect("polls have keys");
                    return self.event(Event::Failed { key, failure });
                }
                let id = self.messages.next_id();
                let place = match thread.map(ThreadId::thread) {
                    // A forum's polls are where its other messages are.
                    Some(Thread::Topic(_)) if self.kind != ChatKind::Private => String::new(),
                    _ => place(thread),
                };
                self.paper.line(&format!("({}) poll{place}, {seconds} s: {question}", id.0));
                if let Some(picture) = picture {
                    self.paper.line(&format!("  🖼 {}", picture.0));
                }
                for (index, option) in options.iter().enumerate() {
                    self.paper
                        .line(&format!("  {} {option}", if correct.contains(&index) { "●" } else { "○" }));
                }
                self.paper.line(&format!("  ({})", explanation.text.replace('\n', " / ")));
                if let Some(picture) = explanation_picture {
                    self.paper.line(&format!("  (🖼 {})", picture.0));
                }
                let key = key.clone().expect("polls have keys");
                let poll = Some((key.clone(), correct));
                let posted = Posted { text: question, buttons: Vec::new(), reply_to: None, poll };
                self.messages.post(id, Some(&key), posted);
                Done::Message(id)
            }
            Request::StopPoll { message } => {
                let Some(id) = self.messages.resolve(&message) else { return };
                self.paper.line(&format!("({}) is closed", id.0));
                Done::Nothing
            }
            Request::ForceReply { text, placeholder, reply_to } => {
                let reply_to = reply_to.and_then(|reference| self.messages.resolve(&reference));
                let id = self.messages.next_id();
                self.paper.line(&format!("({}) asks for a reply: {placeholder}", id.0));
                self.paper.show(&text, &[]);
                let posted = Posted { text: text.text, buttons: Vec::new(), reply_to, poll: None };
                self.messages.post(id, key.as_ref(), posted);
                Done::Message(id)
            }
            Request::AnswerTap { text, alert, .. } => {
                if !text.is_empty() {
                    self.paper.line(&format!("({}: {text})", if alert { "alert" } else { "toast" }));
                }
                Done::Nothing
            }
            Request::AnswerInline { results, .. } => {
                for result in results {
                    self.paper.line(&format!("- {}: {}", result.title, result.description));
                }
                Done::Nothing
            }
            Request::AnswerGuest { result, .. } => {
                self.paper.line("(as a guest)");
                self.paper.show(&result.text, &result.buttons);
                Done::Nothing
            }
            Request::SetCommands { commands } => {
                let names: Vec<String> = commands.iter().map(|(name, _)| format!("/{name}")).collect();
                self.paper.line(&format!("(the menu: {})", names.join(" ")));
                Done::Nothing
            }
            Request::AskAdmin { person } => Done::Admin(person == PersonId(13)),
            Request::AskConnection { .. } => {
                self.paper.line("(asks what the connection allows)");
                match &self.business.connection {
                    Some(connection) => Done::Connection(Box::new(connection.clone())),
                    None => {
                        let (key, failure) = (key.expect("it is reported"), Failure::NoRights);
                        return self.event(Event::Failed { key, failure });
                    }
                }
            }
            Request::AskMember { .. } if self.telegram.membership == Answer::Refused => {
                let key = key.expect("such questions have keys");
                let failure = Failure::Other("Bad Request: CHAT_ADMIN_REQUIRED".into());
                return self.event(Event::Failed { key, failure });
            }
            Request::AskMember { person } => Done::Member(person != PersonId(15)),
            Request::AddPhrasing { .. } => panic!("nobody asks for this any more"),
            Request::ChangeFolder { change, only_check } => {
                match self.folder.change(&change, only_check, &mut self.paper) {
                    Ok(changed) => Done::Changed(changed),
                    Err(failure) => {
                        let key = key.expect("changes have keys");
                        return self.event(Event::Failed { key, failure });
                    }
                }
            }
        };
        if let (true, Some(key)) = (report, key) {
            self.event(Event::Done { key, done });
        }
    }
}

/// The place in a chat where something is posted.
fn place(thread: Option<ThreadId>) -> String {
    match thread.map(ThreadId::thread) {
        None => String::new(),
        Some(Thread::Topic(id)) => format!(" in topic {id}"),
        Some(Thread::DirectMessages(id)) => format!(" in the direct messages of {id}"),
        Some(Thread::Comments(post)) => format!(" in the comments on ({})", post.0),
    }
}
