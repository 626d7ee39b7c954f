//! `/daily`: one question a day.

use serde::{Deserialize, Serialize};

use super::admins::AdminAsk;
use super::play::why_not_sent;
use super::practice::is_off;
use super::turn::Turn;
use super::{
    ChatKind, Failure, Key, Message, MessageRef, Outgoing, Person, PersonId, Picture, Record, Request,
    Response, Sender, TableView, ThreadId, Vote,
};
use crate::quiz::daily::{
    self, DailyTime, DailyTimeError, Effect, Event, Hold, SILENT_DAYS, month_start_in_utc, step,
};
use crate::quiz::{DAILY_TOPIC, Player, PlayerId};
use crate::rich_text::RichText;
use crate::texts::{Text, Value};
use crate::time::Timestamp;

/// The questions of one chat, one a day, and where in the chat they come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Daily(Option<Here>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Here {
    /// Distinguishes its polls from those of an earlier time that the chat had some.
    name: String,
    thread: Option<ThreadId>,
    daily: daily::Daily,
    /// Its polls may be seen by non-members.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_group: bool,
    /// Votes that count once it is known whether those who cast them are in the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counting: Vec<Counting>,
}

/// A vote, as the table counts it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counting {
    poll: u32,
    player: Player,
    question: String,
    right: bool,
    ms: i64,
}

impl Daily {
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.0.as_ref()?.daily.due()
    }

    /// When this poll closes, if it is the question of the day.
    pub(super) fn due_of_poll(&self, poll: &Key) -> Option<Timestamp> {
        let here = self.0.as_ref()?;
        let poll = here.poll_named(poll)?;
        here.daily.open().filter(|(open, _)| *open == poll).map(|(_, closes)| closes)
    }

    /// The table of the month.
    pub(super) fn month(&self, now: Timestamp) -> TableView {
        let here = self.0.as_ref();
        let since = here.map_or_else(|| month_start_in_utc(now), |it| it.daily.time().month_start(now));
        TableView::Daily { since }
    }

    /// `/daily`, `/daily TIME ZONE` and `/daily off`. Returns the request if only an admin may make it.
    pub(super) fn command(
        &mut self,
        turn: &mut Turn<'_>,
        message: &Message,
        arguments: &str,
    ) -> Option<AdminAsk> {
        let waits = self.0.as_ref().is_some_and(|here| here.daily.on_hold().is_some());
        if arguments.is_empty() && !waits {
            self.show(turn, message);
            return None;
        }
        match &message.sender {
            Sender::AnonymousAdmin => self.set(turn, message, arguments),
            Sender::Person(_) => {
                return Some(AdminAsk::SetDaily {
                    message: message.clone(),
                    arguments: arguments.to_owned(),
                });
            }
            Sender::Channel | Sender::Bot => {}
        }
        None
    }

    /// The current setting, or how to begin.
    fn show(&self, turn: &mut Turn<'_>, message: &Message) {
        let text = match &self.0 {
            None => turn.say(Text::DailyHow, &[]),
            Some(here) => here.status(turn),
        };
        turn.send(Outgoing::reply(message, text));
    }

    /// From somebody who is not an admin: mentions a question that is waiting.
    pub(super) fn refuse(&self, turn: &mut Turn<'_>, message: &Message, arguments: &str) {
        match arguments {
            "" => self.show(turn, message),
            _ => turn.notice(message, Text::DailyOnlyAdmins, &[]),
        }
    }

    /// From an admin.
    pub(super) fn set(&mut self, turn: &mut Turn<'_>, message: &Message, arguments: &str) {
        if is_off(arguments) {
            return self.switch_off(turn, message);
        }
        if let Some(here) = self.0.as_mut().filter(|_| arguments.is_empty()) {
            here.thread = message.thread;
            here.daily.resume(turn.now);
            return self.show(turn, message);
        }
        match DailyTime::parse(arguments) {
            Ok(time) => self.set_time(turn, message, time),
            Err(DailyTimeError::NoTime { written }) => {
                turn.notice(message, Text::DailyNoTime, &[("time", written.into())]);
            }
            Err(DailyTimeError::NoZone { clock, written, nearest }) => {
                let (zone, clock): (Value, Value) = (written.into(), clock.into());
                match nearest {
                    Some(nearest) => {
                        let values = [("zone", zone), ("time", clock), ("nearest", nearest.into())];
                        turn.notice(message, Text::DailyNoZone, &values);
                    }
                    None => turn.notice(message, Text::DailyNoZoneNear, &[("zone", zone)]),
                }
            }
        }
    }

    fn set_time(&mut self, turn: &mut Turn<'_>, message: &Message, time: DailyTime) {
        if turn.context.quiz_pool().iter().all(|question| question.is_guess()) {
            return turn.notice(message, Text::QuizNoQuestionsAtAll, &[]);
        }
        match &mut self.0 {
            Some(here) => {
                here.thread = message.thread;
                here.is_group = message.chat != ChatKind::Private;
                here.daily.set_time(time, turn.now);
            }
            none => {
                let name = format!("{:x}", message.chance.name);
                let daily = daily::Daily::new(time, message.chance.seed, turn.now);
                let is_group = message.chat != ChatKind::Private;
                let counting = Vec::new();
                *none = Some(Here { name, thread: message.thread, daily, is_group, counting });
            }
        }
        self.show(turn, message);
    }

    fn switch_off(&mut self, turn: &mut Turn<'_>, message: &Message) {
        let text = if self.end(turn) { Text::DailyOff } else { Text::DailyHow };
        turn.reply(message, text, &[]);
    }

    /// No more questions, and no more votes in the last one. False: there were none.
    pub(super) fn end(&mut self, turn: &mut Turn<'_>) -> bool {
        let Some(here) = self.0.take() else { return false };
        if let Some((poll, _)) = here.daily.open() {
            here.close(turn, poll);
        }
        true
    }

    pub(super) fn tick(&mut self, turn: &mut Turn<'_>) {
        self.step(turn, Event::Tick);
    }

    pub(super) fn vote(&mut self, turn: &mut Turn<'_>, vote: &Vote) {
        // Taking a vote back changes nothing: the first choice counts.
        if let Some(poll) = self.poll_named(&vote.poll).filter(|_| !vote.options.is_empty()) {
            let player = Player { id: PlayerId(vote.person.id.0), name: vote.person.name.clone() };
            let options = vote.options.clone();
            self.step(turn, Event::Vote { poll, player, options, at: turn.now });
        }
    }

    pub(super) fn sent(&mut self, turn: &mut Turn<'_>, key: &Key) {
        if let Some(poll) = self.poll_named(key) {
            self.step(turn, Event::Sent { poll, at: turn.now });
        }
    }

    pub(super) fn not_sent(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        if let Some(poll) = self.poll_named(key) {
            let why = why_not_sent(failure);
            self.step(turn, Event::Failed { poll, why });
        }
    }

    /// Whether somebody who voted is in the group. Where this cannot be found out, everybody is, as in a round.
    pub(super) fn heard_of_member(&mut self, turn: &mut Turn<'_>, key: &Key, is_member: bool) {
        let Some(here) = &mut self.0 else { return };
        let Some(index) = here.counting.iter().position(|counting| here.member_key(counting) == *key) else {
            return;
        };
        let counting = here.counting.remove(index);
        if is_member {
            here.count(turn, counting);
        }
    }

    pub(super) fn forget(&mut self, person: PersonId) {
        if let Some(here) = &mut self.0 {
            here.counting.retain(|counting| counting.player.id.0 != person.0);
        }
    }

    /// The group is a supergroup now; the open question has stayed behind.
    pub(super) fn migrated(&mut self, turn: &mut Turn<'_>) {
        self.step(turn, Event::Moved);
    }

    fn poll_named(&self, key: &Key) -> Option<u32> {
        self.0.as_ref()?.poll_named(key)
    }

    fn step(&mut self, turn: &mut Turn<'_>, event: Event) {
        let Some(here) = &mut self.0 else { return };
        let pool = turn.context.quiz_pool();
        let (daily, effects) = step(here.daily.clone(), pool, event, turn.now);
        here.daily = daily;
        for effect in effects {
            here.carry_out(turn, effect);
        }
    }
}

impl Here {
    fn poll_key(&self, poll: u32) -> Key {
        Key(format!("daily:{}:{poll}", self.name))
    }

    fn poll_named(&self, key: &Key) -> Option<u32> {
        let (name, poll) = key.0.strip_prefix("daily:")?.rsplit_once(':')?;
        poll.parse().ok().filter(|_| name == self.name)
    }

    fn member_key(&self, counting: &Counting) -> Key {
        Key(format!("member:{}:{}", self.poll_key(counting.poll).0, counting.player.id.0))
    }

    fn count(&self, turn: &mut Turn<'_>, counting: Counting) {
        let Counting { poll, player, question, right, ms } = counting;
        let person = Person::new(PersonId(player.id.0), player.name);
        let answer = Response { person: person.id, question, right, rest: None, practised: false };
        turn.record(Record::Responses(vec![answer]));
        turn.record(Record::Score {
            round: self.poll_key(poll).0,
            person,
            thread: self.thread,
            right: right.into(),
            asked: 1,
            total_ms: ms,
            topic: Some(DAILY_TOPIC.into()),
        });
    }

    fn carry_out(&mut self, turn: &mut Turn<'_>, effect: Effect) {
        match effect {
            Effect::Ask { poll, seconds, question } => {
                let request = Request::Poll {
                    question: format!("📅 {}", question.prompt),
                    options: question.options,
                    correct: question.keys,
                    explanation: RichText::plain(&question.explanation),
                    seconds,
                    reply_to: None,
                    picture: question.picture.clone().map(Picture),
                    explanation_picture: question.explanation_picture.clone().map(Picture),
                };
                turn.send_first(Outgoing::request(self.thread, request).key(self.poll_key(poll)).report());
            }
            Effect::Close { poll } => self.close(turn, poll),
            // The table lists only people, as that of rounds does.
            Effect::Count { player, .. } if !player.id.is_person() => {}
            Effect::Count { poll, player, question, right, ms } => {
                let person = PersonId(player.id.0);
                let counting = Counting { poll, player, question, right, ms };
                if !self.is_group {
                    return self.count(turn, counting);
                }
                let key = self.member_key(&counting);
                self.counting.push(counting);
                turn.send(Outgoing::request(None, Request::AskMember { person }).key(key).report());
            }
            Effect::SayOnHold => turn.send(Outgoing::message(self.thread, self.status(turn))),
        }
    }

    fn close(&self, turn: &mut Turn<'_>, poll: u32) {
        let message = MessageRef::Key(self.poll_key(poll));
        turn.send_first(Outgoing::request(self.thread, Request::StopPoll { message }));
    }

    fn status(&self, turn: &Turn<'_>) -> RichText {
        let time = self.daily.time();
        match self.daily.on_hold() {
            Some(Hold::NobodyVotes) => turn.say(Text::DailyNobodyVotes, &[("n", SILENT_DAYS.into())]),
            Some(Hold::NoRights) => turn.say(Text::DailyNoRights, &[]),
            None => turn.say(Text::DailySet, &[("time", time.clock().into()), ("zone", time.zone().into())]),
        }
    }
}
