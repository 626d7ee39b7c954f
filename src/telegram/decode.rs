//! Updates as they come over the wire → events.
//!
//! Read by hand from the JSON, field by field: a field that is missing, unknown or of an unexpected type costs
//! only itself. A question with a kind of formatting that did not exist yesterday is still a question.

use serde_json::Value;

use super::business;
use crate::chat::{
    BusinessEvent, Chance, ChatId, ChatKind, Event, GuestQuery, InlineQuery, Key, Me, Membership, Message,
    MessageId, Person, PersonId, RepliedMessage, Sender, Tap, ThreadId, Vote,
};
use crate::language::Language;
use crate::rich_text::{RichText, to_markdown, utf16_len};
use crate::storage::{Arrival, Place};
use crate::time::Timestamp;

/// The kinds of updates that are read here; others are not asked for.
pub const ALLOWED_UPDATES: [&str; 11] = [
    "message",
    "edited_message",
    "callback_query",
    "poll_answer",
    "inline_query",
    "guest_message",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "my_chat_member",
];

/// Reads updates, like [`decode`].
pub type Decode = fn(&Value, &Me) -> Option<Arrival>;

/// The number of an update; none if it is not an update.
pub(crate) fn update_id(update: &Value) -> Option<i64> {
    update["update_id"].as_i64()
}

/// What an update means. None: nothing that concerns this bot.
pub fn decode(update: &Value, me: &Me) -> Option<Arrival> {
    let update_id = Some(update_id(update)?);
    let fields = update.as_object()?;
    let (kind, body) = fields.iter().find(|(name, body)| *name != "update_id" && body.is_object())?;
    let (place, event) = match kind.as_str() {
        "message" => message_or_move(body, me)?,
        "edited_message" => (Place::Chat(chat_id(body)?), Event::Edited(message(body, me)?)),
        "callback_query" => tap(body, me)?,
        "poll_answer" => vote(body)?,
        "inline_query" => inline_query(body)?,
        "guest_message" => guest_message(body, me)?,
        "business_connection" => business::connected(body)?,
        "business_message" => business::said(body, me, BusinessEvent::Message)?,
        "edited_business_message" => business::said(body, me, BusinessEvent::Edited)?,
        "deleted_business_messages" => business::deleted(body)?,
        "my_chat_member" => membership(body)?,
        _ => return None,
    };
    Some(Arrival { update_id, place, event })
}

fn message_or_move(body: &Value, me: &Me) -> Option<(Place, Event)> {
    let chat = chat_id(body)?;
    if let Some(to) = body["migrate_to_chat_id"].as_i64() {
        return Some((Place::Moved { from: chat, to: ChatId(to) }, Event::Migrated));
    }
    if let Some(from) = body["migrate_from_chat_id"].as_i64() {
        return Some((Place::Moved { from: ChatId(from), to: chat }, Event::Migrated));
    }
    Some((Place::Chat(chat), Event::Message(message(body, me)?)))
}

/// Content that a person may send instead of words. Everything else without text is a service message.
const MEDIA: [&str; 20] = [
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "invoice",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
    "gift",
    "live_photo",
];

pub(super) fn message(body: &Value, me: &Me) -> Option<Message> {
    let text = text(body);
    if text.is_none() && !MEDIA.iter().any(|field| body.get(field).is_some()) {
        return None;
    }
    let via_bot = body["via_bot"]["id"].as_i64();
    if via_bot == Some(me.id.0) || body["from"]["id"].as_i64() == Some(me.id.0) {
        return None;
    }
    Some(Message {
        id: message_id(body)?,
        chat: chat_kind(&body["chat"])?,
        thread: thread(body),
        chain: chain(body),
        sender: sender(body)?,
        text,
        reply_to: replied(&body["reply_to_message"], me),
        sent_at: body["date"].as_i64().map(|seconds| Timestamp(seconds.saturating_mul(1_000))),
        forwarded: via_bot.is_some()
            || body.get("forward_origin").is_some()
            || body.get("forward_date").is_some(),
        chance: Chance::default(),
        quote: body["quote"]["text"].as_str().map(words),
        addresses_others: addresses_others(body, me),
        formatted: formatted(body),
        has_attachment: text_is_caption(body),
    })
}

/// Whether a person's text is below a photo or a file, or there is only that.
fn text_is_caption(message: &Value) -> bool {
    message["text"].as_str().is_none()
}

/// The text of a private message as small Markdown, if it is formatted. Telegram's own marks, such as on a link
/// that is spelt out, are not formatting.
fn formatted(message: &Value) -> Option<String> {
    if message["chat"]["type"] != "private" {
        return None;
    }
    let text = RichText {
        text: text(message)?,
        // Kinds that are not known, or say nothing here, cost only themselves.
        entities: message["entities"]
            .as_array()?
            .iter()
            .filter_map(|it| serde_json::from_value(it.clone()).ok())
            .collect(),
    };
    (!text.entities.is_empty()).then(|| to_markdown(&text))
}

/// Whether the text begins or ends with a mention of somebody who has no `@name`.
fn addresses_others(message: &Value, me: &Me) -> bool {
    let text = message["text"].as_str().or_else(|| message["caption"].as_str()).unwrap_or_default();
    let end = i64::try_from(utf16_len(text.trim_end())).unwrap_or(i64::MAX);
    let entities = message["entities"].as_array().or_else(|| message["caption_entities"].as_array());
    entities.into_iter().flatten().any(|entity| {
        let (offset, length) = (entity["offset"].as_i64(), entity["length"].as_i64());
        let at_an_end =
            offset == Some(0) || offset.zip(length).is_some_and(|(at, n)| at.saturating_add(n) >= end);
        let other = entity["user"]["id"].as_i64().is_some_and(|id| id != me.id.0);
        entity["type"] == "text_mention" && at_an_end && other
    })
}

fn text(message: &Value) -> Option<String> {
    message["text"].as_str().or_else(|| message["caption"].as_str()).map(words)
}

/// What a person wrote, without the one character that Postgres cannot store.
fn words(text: &str) -> String {
    text.replace('\0', "")
}

pub(super) fn chat_id(message: &Value) -> Option<ChatId> {
    message["chat"]["id"].as_i64().map(ChatId)
}

pub(super) fn message_id(message: &Value) -> Option<MessageId> {
    message["message_id"].as_i64().map(MessageId)
}

fn chat_kind(chat: &Value) -> Option<ChatKind> {
    match chat["type"].as_str()? {
        "private" => Some(ChatKind::Private),
        "group" => Some(ChatKind::Group),
        "supergroup" if chat["is_direct_messages"] == true => Some(ChatKind::DirectMessages),
        "supergroup" => Some(ChatKind::Supergroup),
        "channel" => Some(ChatKind::Channel),
        _ => None,
    }
}

/// The part of the chat that a message is in.
fn thread(message: &Value) -> Option<ThreadId> {
    if let Some(topic) = message["direct_messages_topic"]["topic_id"].as_i64() {
        return Some(ThreadId::direct_messages(topic));
    }
    // A channel's post, as shown in its discussion group, begins its comments.
    let is_post = |message: &Value| message["is_automatic_forward"] == true;
    let post = [message, &message["reply_to_message"]].into_iter().find(|it| is_post(it));
    if let Some(post) = post {
        return message_id(post).map(ThreadId::comments);
    }
    let in_topic = message["is_topic_message"].as_bool() == Some(true);
    message["message_thread_id"].as_i64().filter(|_| in_topic).map(ThreadId)
}

/// Outside forums, Telegram numbers chains of replies in the same field as topics.
fn chain(message: &Value) -> Option<MessageId> {
    let in_topic = message["is_topic_message"].as_bool() == Some(true);
    message["message_thread_id"].as_i64().filter(|_| !in_topic).map(MessageId)
}

fn sender(message: &Value) -> Option<Sender> {
    if let Some(sender_chat) = message["sender_chat"]["id"].as_i64() {
        let itself = message["chat"]["id"].as_i64() == Some(sender_chat);
        return Some(if itself { Sender::AnonymousAdmin } else { Sender::Channel });
    }
    let from = &message["from"];
    if from.is_null() {
        return Some(Sender::Channel);
    }
    if from["is_bot"].as_bool() == Some(true) {
        return Some(Sender::Bot);
    }
    person(from).map(Sender::Person)
}

pub(super) fn person(user: &Value) -> Option<Person> {
    let id = PersonId(user["id"].as_i64()?);
    let names = [user["first_name"].as_str(), user["last_name"].as_str()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let language = user["language_code"].as_str().and_then(Language::from_code);
    Some(Person { language, ..Person::new(id, words(&name)) })
}

fn replied(message: &Value, me: &Me) -> Option<RepliedMessage> {
    // In a topic, a message that is not a reply refers to the message that opened the topic.
    if message.get("forum_topic_created").is_some() {
        return None;
    }
    Some(RepliedMessage {
        id: message_id(message)?,
        mine: message["from"]["id"].as_i64() == Some(me.id.0),
        text: text(message),
    })
}

fn tap(body: &Value, me: &Me) -> Option<(Place, Event)> {
    let message = &body["message"];
    let data = body["data"].as_str()?;
    if business::is_of_account(message) {
        return None;
    }
    let tap = Tap {
        query: body["id"].as_str()?.to_owned(),
        person: person(&body["from"])?,
        chat: chat_kind(&message["chat"])?,
        thread: thread(message),
        chain: chain(message),
        message: message_id(message)?,
        reply_to: replied(&message["reply_to_message"], me),
        data: words(data),
        forged: !shows(&message["reply_markup"], data),
        chance: Chance::default(),
    };
    Some((Place::Chat(chat_id(message)?), Event::Tap(tap)))
}

/// Whether a keyboard has a button with this data. A message that Telegram no longer shows to the bot has none.
fn shows(keyboard: &Value, data: &str) -> bool {
    let rows = keyboard["inline_keyboard"].as_array();
    let mut buttons = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    buttons.any(|button| button["callback_data"].as_str() == Some(data))
}

fn vote(body: &Value) -> Option<(Place, Event)> {
    let options = body["option_ids"].as_array()?;
    let vote = Vote {
        // Its chat's own name for the poll is looked up when it is stored.
        poll: Key(String::new()),
        person: voter_chat(&body["voter_chat"]).or_else(|| person(&body["user"]))?,
        options: options.iter().filter_map(|id| usize::try_from(id.as_u64()?).ok()).collect(),
    };
    Some((Place::Poll(body["poll_id"].as_str()?.to_owned()), Event::Vote(vote)))
}

/// An anonymous admin votes as the group, and somebody who writes as a channel votes as that. Beside it Telegram may
/// name an account of its own as the user, the same for all of them.
fn voter_chat(chat: &Value) -> Option<Person> {
    let name = words(chat["title"].as_str().unwrap_or_default());
    Some(Person::new(PersonId(chat["id"].as_i64()?), name))
}

fn inline_query(body: &Value) -> Option<(Place, Event)> {
    let person = person(&body["from"])?;
    // It comes from no chat; the person's private chat has the same number as the person.
    let place = Place::Chat(ChatId(person.id.0));
    let query = InlineQuery {
        id: body["id"].as_str()?.to_owned(),
        person,
        query: words(body["query"].as_str().unwrap_or_default()),
    };
    Some((place, Event::Inline(query)))
}

/// It comes from a chat that the bot is not in, whose number may be that of another chat here: as with an inline query,
/// its place is the person's.
fn guest_message(body: &Value, me: &Me) -> Option<(Place, Event)> {
    let place = Place::Chat(ChatId(body["from"]["id"].as_i64()?));
    let query = GuestQuery { id: body["guest_query_id"].as_str()?.to_owned(), message: message(body, me)? };
    Some((place, Event::Guest(query)))
}

fn membership(body: &Value) -> Option<(Place, Event)> {
    let is_admin = |member: &Value| matches!(member["status"].as_str(), Some("creator" | "administrator"));
    let is_member = |member: &Value| match member["status"].as_str() {
        Some("member") => true,
        Some("restricted") => member["is_member"].as_bool() == Some(true),
        _ => is_admin(member),
    };
    let (old, new) = (&body["old_chat_member"], &body["new_chat_member"]);
    if (is_member(old), is_admin(old)) == (is_member(new), is_admin(new)) {
        // Only its rights have changed.
        return None;
    }
    let membership = Membership {
        chat: chat_kind(&body["chat"])?,
        member: is_member(new),
        was_member: is_member(old),
        admin: is_admin(new),
    };
    Some((Place::Chat(chat_id(body)?), Event::Membership(membership)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::Thread;

    fn me() -> Me {
        Me { id: PersonId(42), username: "faq_bot".into(), reads_all_group_messages: false }
    }

    fn decoded(kind: &str, body: Value) -> Option<(Place, Event)> {
        decode(&json!({ "update_id": 7, kind: body }), &me()).map(|arrival| (arrival.place, arrival.event))
    }

    fn question() -> Value {
        json!({
            "message_id": 5, "date": 1, "chat": {"id": -100, "type": "supergroup", "is_forum": true},
            "from": {"id": 1, "is_bot": false, "first_name": "Ada", "last_name": "L"}, "text": "how much?"
        })
    }

    fn message_with(field: &str, value: Value) -> Option<Message> {
        let mut body = question();
        body[field] = value;
        match decoded("message", body) {
            Some((_, Event::Message(message))) => Some(message),
            _ => None,
        }
    }

    #[test]
    fn a_question_is_read_with_who_and_where() {
        let message = message_with("x", json!(1)).expect("it is a question");
        assert_eq!(
            message,
            Message {
                id: MessageId(5),
                chat: ChatKind::Supergroup,
                thread: None,
                chain: None,
                sender: Sender::Person(Person::new(PersonId(1), "Ada L")),
                text: Some("how much?".into()),
                reply_to: None,
                sent_at: Some(Timestamp(1_000)),
                forwarded: false,
                chance: Chance::default(),
                quote: None,
                addresses_others: false,
                formatted: None,
                has_attachment: false,
            }
        );
    }

    #[test]
    fn a_quote_and_who_is_addressed_are_read() {
        let quoted = message_with("quote", json!({"text": "how much?", "position": 0}));
        assert_eq!(quoted.and_then(|message| message.quote).as_deref(), Some("how much?"));
        let mention = |offset, user| {
            let entities =
                json!([{"type": "text_mention", "offset": offset, "length": 3, "user": {"id": user}}]);
            message_with("entities", entities).is_some_and(|message| message.addresses_others)
        };
        // The text has nine characters; 42 is the bot.
        assert_eq!([mention(0, 7), mention(3, 7), mention(6, 7), mention(0, 42)], [true, false, true, false]);
    }

    #[test]
    fn unknown_fields_and_kinds_cost_no_question() {
        let entities = json!([{"type": "hologram", "offset": 0, "length": 3, "depth": {}}]);
        assert!(message_with("entities", entities).is_some());
        assert!(message_with("chat_owner_mood", json!([null])).is_some());
        assert!(message_with("reply_to_message", json!("later this became a string")).is_some());
        assert_eq!(decoded("telepathy", json!({})), None);
        assert_eq!(decode(&json!([1]), &me()), None);
        assert_eq!(decode(&json!({"update_id": 1}), &me()), None);
    }

    #[test]
    fn a_zero_byte_in_a_text_is_left_out() {
        let message = message_with("text", json!("how\0 much?")).expect("it is a question");
        assert_eq!(message.text.as_deref(), Some("how much?"));
        let from = json!({"id": 1, "first_name": "A\0da"});
        let message = message_with("from", from).expect("it is a question");
        assert_eq!(message.sender, Sender::Person(Person::new(PersonId(1), "Ada")));
    }

    #[test]
    fn the_general_topic_has_no_thread() {
        assert_eq!(message_with("message_thread_id", json!(9)).and_then(|message| message.thread), None);
        let mut body = question();
        body["message_thread_id"] = json!(9);
        body["is_topic_message"] = json!(true);
        body["reply_to_message"] = json!({"message_id": 9, "forum_topic_created": {"name": "x"}});
        let Some((_, Event::Message(message))) = decoded("message", body) else { panic!("a message") };
        assert_eq!((message.thread, message.reply_to), (Some(ThreadId(9)), None));
    }

    #[test]
    fn a_private_chat_can_have_topics() {
        let body = json!({
            "message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "message_thread_id": 9,
            "is_topic_message": true, "from": {"id": 1, "is_bot": false, "first_name": "Ada"}, "text": "how much?"
        });
        let Some((place, Event::Message(message))) = decoded("message", body) else { panic!("a message") };
        assert_eq!(
            (place, message.chat, message.thread),
            (Place::Chat(ChatId(1)), ChatKind::Private, Some(ThreadId(9)))
        );
    }

    #[test]
    fn direct_messages_to_a_channel_have_a_thread_for_each_person() {
        let mut body = question();
        body["chat"] = json!({"id": -100, "type": "supergroup", "is_direct_messages": true});
        body["direct_messages_topic"] = json!({"topic_id": 5_000_000_001_i64});
        let Some((_, Event::Message(message))) = decoded("message", body) else { panic!("a message") };
        assert_eq!(message.chat, ChatKind::DirectMessages);
        assert_eq!(message.thread.map(ThreadId::thread), Some(Thread::DirectMessages(5_000_000_001)));
    }

    #[test]
    fn comments_belong_to_the_post_that_they_are_under() {
        let post = json!({"message_id": 3, "is_automatic_forward": true, "text": "News"});
        let comments = Some(ThreadId::comments(MessageId(3)));
        let comment = message_with("reply_to_message", post).expect("a comment");
        assert_eq!(comment.thread, comments);
        let post = message_with("is_automatic_forward", json!(true)).expect("the post itself");
        assert_eq!(post.thread, Some(ThreadId::comments(MessageId(5))));
        // A reply to a comment names the post by its number alone.
        let deeper = message_with("message_thread_id", json!(3)).expect("a reply");
        assert_eq!((deeper.thread, deeper.chain), (None, Some(MessageId(3))));
    }

    #[test]
    fn senders_are_distinguished() {
        let sender = |field, value| message_with(field, value).map(|message| message.sender);
        assert_eq!(sender("sender_chat", json!({"id": -100})), Some(Sender::AnonymousAdmin));
        assert_eq!(sender("sender_chat", json!({"id": -200})), Some(Sender::Channel));
        assert_eq!(sender("from", json!({"id": 9, "is_bot": true, "first_name": "b"})), Some(Sender::Bot));
        assert_eq!(message_with("via_bot", json!({"id": 42})), None);
        assert!(message_with("via_bot", json!({"id": 43})).is_some_and(|message| message.forwarded));
    }

    #[test]
    fn captions_are_text_and_service_messages_are_nothing() {
        let mut body = question();
        body.as_object_mut().expect("an object").remove("text");
        assert_eq!(decoded("message", body.clone()), None);
        body["photo"] = json!([]);
        let text = |body| match decoded("message", body) {
            Some((_, Event::Message(message))) => message.text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(body.clone()), None);
        body["caption"] = json!("what is this?");
        assert_eq!(text(body).as_deref(), Some("what is this?"));
    }

    #[test]
    fn both_messages_about_a_move_mean_the_same() {
        let moved = Some((Place::Moved { from: ChatId(-5), to: ChatId(-1005) }, Event::Migrated));
        let to = json!({"message_id": 1, "chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1005});
        let from =
            json!({"message_id": 1, "chat": {"id": -1005, "type": "supergroup"}, "migrate_from_chat_id": -5});
        assert_eq!(decoded("message", to), moved);
        assert_eq!(decoded("message", from), moved);
    }

    #[test]
    fn a_vote_names_its_poll_only() {
        let vote = json!({"poll_id": "77", "user": {"id": 1, "first_name": "Ada"}, "option_ids": [2]});
        let Some((place, Event::Vote(vote))) = decoded("poll_answer", vote) else { panic!("a vote") };
        assert_eq!((place, vote.options), (Place::Poll("77".into()), vec![2]));
    }

    #[test]
    fn a_chat_votes_under_its_title() {
        let chat = json!({"id": -100, "type": "supergroup", "title": "Tea"});
        let user = json!({"id": 9, "is_bot": true, "first_name": "Channel"});
        for vote in [
            json!({"poll_id": "77", "voter_chat": chat, "option_ids": [2]}),
            json!({"poll_id": "77", "voter_chat": chat, "user": user, "option_ids": [2]}),
        ] {
            let Some((_, Event::Vote(vote))) = decoded("poll_answer", vote) else { panic!("a vote") };
            assert_eq!(vote.person, Person::new(PersonId(-100), "Tea"));
        }
        assert_eq!(decoded("poll_answer", json!({"poll_id": "77", "option_ids": [2]})), None);
    }

    #[test]
    fn a_tap_on_a_message_out_of_reach_still_has_its_place() {
        let tap = json!({
            "id": "q", "from": {"id": 1, "first_name": "Ada"}, "data": "x",
            "message": {"message_id": 3, "date": 0, "chat": {"id": 1, "type": "private"}}
        });
        let Some((place, Event::Tap(tap))) = decoded("callback_query", tap) else { panic!("a tap") };
        assert_eq!((place, tap.message, tap.reply_to), (Place::Chat(ChatId(1)), MessageId(3), None));
    }

    #[test]
    fn a_change_of_rights_matters_where_it_makes_an_admin() {
        let change = |old: &str, new: &str| {
            decoded(
                "my_chat_member",
                json!({
                    "chat": {"id": -5, "type": "group"},
                    "old_chat_member": {"status": old}, "new_chat_member": {"status": new}
                }),
            )
            .map(|(_, event)| event)
        };
        let membership = |was_member, member, admin| {
            Some(Event::Membership(Membership { chat: ChatKind::Group, member, was_member, admin }))
        };
        assert_eq!(change("left", "member"), membership(false, true, false));
        assert_eq!(change("left", "administrator"), membership(false, true, true));
        assert_eq!(change("member", "administrator"), membership(true, true, true));
        assert_eq!(change("administrator", "member"), membership(true, true, false));
        assert_eq!(change("administrator", "administrator"), None);
        assert_eq!(change("administrator", "kicked"), membership(true, false, false));
    }
}
