//! What the bot says about itself: its account, descriptions and menus of commands.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{Param, ParamType, Params, optional, required};
use super::super::state::{Millis, State};
use super::Method;

const DESCRIPTION: usize = 512;
const SHORT_DESCRIPTION: usize = 120;
const COMMANDS: usize = 100;
const COMMAND_DESCRIPTION: usize = 256;

const SCOPE: ParamType =
    ParamType::Object(&[required("type", ParamType::Text), optional("chat_id", ParamType::Integer)]);

const LANGUAGE: Param = optional("language_code", ParamType::Text);

pub(crate) const METHODS: &[Method] = &[
    Method::new("getMe", &[], get_me),
    Method::new(
        "setMyCommands",
        &[
            required(
                "commands",
                ParamType::ArrayOf(&ParamType::Object(&[
                    required("command", ParamType::Text),
                    required("description", ParamType::Text),
                ])),
            ),
            optional("scope", SCOPE),
            LANGUAGE,
        ],
        set_my_commands,
    ),
    Method::new("deleteMyCommands", &[optional("scope", SCOPE), LANGUAGE], delete_my_commands),
    Method::new("getMyCommands", &[optional("scope", SCOPE), LANGUAGE], get_my_commands),
    Method::new(
        "setMyDescription",
        &[optional("description", ParamType::Text), LANGUAGE],
        set_my_description,
    ),
    Method::new("getMyDescription", &[LANGUAGE], get_my_description),
    Method::new(
        "setMyShortDescription",
        &[optional("short_description", ParamType::Text), LANGUAGE],
        set_my_short_description,
    ),
    Method::new("getMyShortDescription", &[LANGUAGE], get_my_short_description),
];

fn get_me(state: &mut State, _: &Params, _: Millis) -> Result<Value, ApiError> {
    let mut me = state.user_json(state.bot());
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(!state.options.bot.privacy_mode);
    me["supports_inline_queries"] = json!(true);
    me["can_connect_to_business"] = json!(false);
    me["has_main_web_app"] = json!(false);
    Ok(me)
}

fn language(params: &Params) -> Result<String, ApiError> {
    let code = params.text("language_code").unwrap_or_default();
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if code.is_empty() || is_code {
        Ok(code.to_owned())
    } else {
        Err(ApiError::bad_request("invalid language code specified"))
    }
}

/// The scope that a request names: `chat 7` of one chat. Those of its admins or of one member are not served here.
fn scope(params: &Params) -> Result<String, ApiError> {
    let Some(scope) = params.get("scope") else { return Ok("default".to_owned()) };
    let kind = scope["type"].as_str().unwrap_or_default();
    match kind {
        "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => {
            Ok(kind.to_owned())
        }
        "chat" => match scope["chat_id"].as_i64() {
            Some(chat) => Ok(format!("chat {chat}")),
            None => Err(ApiError::bad_request("can't parse BotCommandScope: chat_id is empty")),
        },
        _ => Err(ApiError::bad_request("can't parse BotCommandScope: unsupported type specified")),
    }
}

fn set_my_commands(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let key = (scope(params)?, language(params)?);
    let commands = params.array("commands").map(Vec::as_slice).unwrap_or_default();
    if commands.len() > COMMANDS {
        return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in commands {
        let name = command["command"].as_str().unwrap_or_default();
        let name = name.strip_prefix('/').unwrap_or(name);
        let is_name = (1..=32).contains(&name.len())
            && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        if !is_name {
            return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
        }
        let length = command["description"].as_str().unwrap_or_default().chars().count();
        if !(1..=COMMAND_DESCRIPTION).contains(&length) {
            return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    state.profile.commands.insert(key, json!(commands));
    Ok(json!(true))
}

fn delete_my_commands(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let key = (scope(params)?, language(params)?);
    state.profile.commands.remove(&key);
    Ok(json!(true))
}

fn get_my_commands(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let key = (scope(params)?, language(params)?);
    Ok(state.profile.commands.get(&key).cloned().unwrap_or_else(|| json!([])))
}

/// A text of the profile, if it is not too long.
fn profile_text(params: &Params, name: &str, limit: usize) -> Result<String, ApiError> {
    let text = params.text(name).unwrap_or_default();
    if text.chars().count() > limit {
        return Err(ApiError::bad_request(format!("{name} must be at most {limit} characters")));
    }
    Ok(text.to_owned())
}

fn set_my_description(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let text = profile_text(params, "description", DESCRIPTION)?;
    state.profile.descriptions.insert(language(params)?, text);
    Ok(json!(true))
}

fn get_my_description(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let text = state.profile.descriptions.get(&language(params)?).cloned().unwrap_or_default();
    Ok(json!({ "description": text }))
}

fn set_my_short_description(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let text = profile_text(params, "short_description", SHORT_DESCRIPTION)?;
    state.profile.short_descriptions.insert(language(params)?, text);
    Ok(json!(true))
}

fn get_my_short_description(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let texts = &state.profile.short_descriptions;
    let text = texts.get(&language(params)?).cloned().unwrap_or_default();
    Ok(json!({ "short_description": text }))
}
