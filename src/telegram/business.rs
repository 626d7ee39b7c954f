//! Updates about business accounts that the bot is connected to.

use serde_json::Value;

use super::decode::{chat_id, message, message_id, person};
use crate::chat::{BusinessConnection, BusinessEvent, BusinessMessage, ChatId, Event, Me, MessageId};
use crate::storage::Place;

/// A connection, as in an update or from `getBusinessConnection`. None: it is not one.
pub(crate) fn connection(body: &Value) -> Option<BusinessConnection> {
    let rights = &body["rights"];
    // Before Bot API 9.0 the only right was a field of the connection itself.
    let can_reply = rights["can_reply"].as_bool().or_else(|| body["can_reply"].as_bool());
    Some(BusinessConnection {
        id: body["id"].as_str()?.to_owned(),
        owner: person(&body["user"])?,
        owner_chat: ChatId(body["user_chat_id"].as_i64()?),
        is_enabled: body["is_enabled"].as_bool()?,
        can_reply: can_reply.unwrap_or(false),
        can_delete: rights["can_delete_sent_messages"].as_bool().unwrap_or(false)
            || rights["can_delete_all_messages"].as_bool().unwrap_or(false),
    })
}

pub(super) fn connected(body: &Value) -> Option<(Place, Event)> {
    let connection = connection(body)?;
    Some((place(&connection.id), Event::Business(BusinessEvent::Connection(connection))))
}

pub(super) fn said(
    body: &Value,
    me: &Me,
    event: fn(BusinessMessage) -> BusinessEvent,
) -> Option<(Place, Event)> {
    // A bot wrote it in the account's name: this one, or the one that had its place before.
    if body.get("sender_business_bot").is_some() {
        return None;
    }
    let connection = body["business_connection_id"].as_str()?.to_owned();
    let said = BusinessMessage {
        chat: chat_id(body)?,
        message: message(body, me)?,
        is_automatic: body["is_from_offline"].as_bool() == Some(true),
        connection,
    };
    Some((place(&said.connection), Event::Business(event(said))))
}

pub(super) fn deleted(body: &Value) -> Option<(Place, Event)> {
    let place = place(body["business_connection_id"].as_str()?);
    let messages = body["message_ids"].as_array()?.iter().filter_map(Value::as_i64).map(MessageId).collect();
    Some((place, Event::Business(BusinessEvent::Deleted { chat: chat_id(body)?, messages })))
}

fn place(connection: &str) -> Place {
    Place::Chat(ChatId::of_connection(connection))
}

/// Whether a message belongs to a chat of a business account; then its number may be that of another chat of the bot.
pub(super) fn is_of_account(message: &Value) -> bool {
    message.get("business_connection_id").is_some() && message_id(message).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::{Person, PersonId};
    use crate::telegram::decode;

    fn decoded(kind: &str, body: &Value) -> Option<(Place, Event)> {
        let me = Me { id: PersonId(42), username: "faq_bot".into(), reads_all_group_messages: false };
        decode(&json!({ "update_id": 7, kind: body }), &me).map(|arrival| (arrival.place, arrival.event))
    }

    fn question() -> Value {
        json!({
            "message_id": 5, "date": 1, "chat": {"id": 11, "type": "private"}, "business_connection_id": "b1",
            "from": {"id": 11, "is_bot": false, "first_name": "Ana"}, "text": "how much?"
        })
    }

    #[test]
    fn updates_of_a_connection_share_a_place_that_no_chat_has() {
        let connection = json!({
            "id": "b1", "user": {"id": 99, "first_name": "Olga"}, "user_chat_id": 99, "date": 1,
            "rights": {"can_reply": true}, "is_enabled": true
        });
        let deleted = json!({"business_connection_id": "b1", "chat": {"id": 11, "type": "private"}, "message_ids": [5]});
        let place = Place::Chat(ChatId::of_connection("b1"));
        for (kind, body) in [
            ("business_connection", &connection),
            ("business_message", &question()),
            ("edited_business_message", &question()),
            ("deleted_business_messages", &deleted),
        ] {
            assert_eq!(decoded(kind, body).map(|(place, _)| place), Some(place.clone()), "{kind}");
        }
        assert!(ChatId::of_connection("b1").0 > 1 << 52);
    }

    #[test]
    fn rights_of_a_connection_are_read_from_older_servers_as_well() {
        let owner = Person::new(PersonId(99), "Olga");
        let with = |field: &str, value: Value| {
            let mut body = json!({
                "id": "b1", "user": {"id": 99, "first_name": "Olga"}, "user_chat_id": 99, "date": 1,
                "is_enabled": true
            });
            body[field] = value;
            connection(&body).map(|it| (it.owner, it.can_reply, it.can_delete))
        };
        assert_eq!(with("rights", json!({"can_reply": true})), Some((owner.clone(), true, false)));
        assert_eq!(
            with("rights", json!({"can_delete_sent_messages": true})),
            Some((owner.clone(), false, true))
        );
        assert_eq!(with("can_reply", json!(true)), Some((owner, true, false)));
        assert_eq!(with("user_chat_id", json!("x")), None);
    }

    #[test]
    fn messages_of_a_bot_in_the_accounts_name_are_not_the_owners() {
        let mut body = question();
        body["sender_business_bot"] = json!({"id": 42, "is_bot": true, "first_name": "FAQ"});
        assert_eq!(decoded("business_message", &body), None);
    }

    #[test]
    fn a_tap_in_an_accounts_chat_is_none_in_the_customers_own() {
        let tap =
            json!({"id": "q", "from": {"id": 11, "first_name": "Ana"}, "data": "x", "message": question()});
        assert_eq!(decoded("callback_query", &tap), None);
    }
}
