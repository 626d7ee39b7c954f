//! Who the bot is, and what Telegram shows of it outside its messages.

use serde::Deserialize;
use serde_json::{Value, json};
use teloxide::payloads::{
    GetMe, GetMyCommands, GetMyCommandsSetters as _, GetMyDescription, GetMyShortDescription, SetMyCommands,
    SetMyCommandsSetters as _, SetMyDescription, SetMyDescriptionSetters as _, SetMyShortDescription,
    SetMyShortDescriptionSetters as _,
};
use teloxide::types::{BotCommand, BotCommandScope};

use super::api::{Api, CallError};
use crate::chat::{Me, Menu, MenuCommand, PersonId};

#[derive(Deserialize)]
struct Account {
    id: i64,
    username: String,
    #[serde(default)]
    can_read_all_group_messages: bool,
}

/// Asks Telegram who this token belongs to.
///
/// # Errors
///
/// See [`CallError`]; [`CallError::is_wrong_token`] tells a token that nobody has.
pub async fn get_me(api: &Api) -> Result<Me, CallError> {
    let account: Account = api.call(&GetMe::new()).await?;
    Ok(Me {
        id: PersonId(account.id),
        username: account.username,
        reads_all_group_messages: account.can_read_all_group_messages,
    })
}

/// Sets the menus and the bot's description, each only where Telegram shows another. What the server has no method for
/// is left out.
///
/// # Errors
///
/// The first call that did not go through; what came before it stays set.
pub async fn set_menu(api: &Api, menu: &Menu) -> Result<(), CallError> {
    let scopes = [
        (BotCommandScope::Default, &menu.private),
        (BotCommandScope::AllPrivateChats, &menu.private),
        (BotCommandScope::AllGroupChats, &menu.groups),
        (BotCommandScope::AllChatAdministrators, &menu.admins),
    ];
    for (scope, commands) in scopes {
        let shown = known(api.call(&GetMyCommands::new().scope(scope.clone())).await)?;
        if shown != Some(wanted(commands)) {
            let commands = commands.iter().map(|it| BotCommand::new(it.name, &it.description));
            known(api.call(&SetMyCommands::new(commands).scope(scope)).await)?;
        }
    }
    let shown = known(api.call(&GetMyDescription::new()).await)?;
    if shown.is_none_or(|shown| shown["description"] != menu.description.as_str()) {
        known(api.call(&SetMyDescription::new().description(&menu.description)).await)?;
    }
    let shown = known(api.call(&GetMyShortDescription::new()).await)?;
    if shown.is_none_or(|shown| shown["short_description"] != menu.short_description.as_str()) {
        let request = SetMyShortDescription::new().short_description(&menu.short_description);
        known(api.call(&request).await)?;
    }
    Ok(())
}

/// None: the server has no such method.
fn known(answer: Result<Value, CallError>) -> Result<Option<Value>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(CallError::NoSuchMethod(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn wanted(commands: &[MenuCommand]) -> Value {
    commands.iter().map(|it| json!({ "command": it.name, "description": it.description })).collect()
}
