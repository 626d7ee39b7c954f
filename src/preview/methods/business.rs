//! What a bot asks in the name of a business account, besides sending and editing.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, required};
use super::super::state::{MessageId, Millis, State};
use super::Method;

pub(crate) const METHODS: &[Method] = &[
    Method::new(
        "getBusinessConnection",
        &[required("business_connection_id", ParamType::Text)],
        |state, params, _| state.get_connection(params.text("business_connection_id").unwrap_or_default()),
    ),
    Method::new(
        "deleteBusinessMessages",
        &[
            required("business_connection_id", ParamType::Text),
            required("message_ids", ParamType::ArrayOf(&ParamType::Integer)),
        ],
        delete_business_messages,
    ),
];

fn delete_business_messages(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let connection = state.connection_named(params, |rights| rights.can_delete)?;
    let owner = connection.ok_or_else(|| ApiError::bad_request("business connection not found"))?.owner;
    let ids = params.array("message_ids").into_iter().flatten().filter_map(Value::as_i64).map(MessageId);
    for id in ids {
        let of_owner = state.chats.values_mut().filter(|it| it.pair.is_some_and(|pair| pair.owner == owner));
        for chat in of_owner {
            if chat.messages.get(&id).is_some_and(|it| it.is_for_owner) {
                chat.messages.remove(&id);
            }
        }
    }
    Ok(json!(true))
}
