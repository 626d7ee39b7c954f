//! Who the bot is, and what Telegram shows of it outside its messages.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use teloxide::payloads::{
    DeleteMyCommands, DeleteMyCommandsSetters as _, GetMe, SetMyCommands, SetMyCommandsSetters as _,
    SetMyDescription, SetMyDescriptionSetters as _, SetMyShortDescription, SetMyShortDescriptionSetters as _,
};
use teloxide::types::{BotCommand, BotCommandScope};

use super::api::{Api, CallError};
use crate::chat::{Me, Menu, MenuCommand, Menus, PersonId};
use crate::stable_hash::stable_hash;

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
/// See [`CallError`]; [`CallError::is_wrong_token`] identifies a token that nobody has.
pub async fn get_me(api: &Api) -> Result<Me, CallError> {
    let account: Account = api.call(&GetMe::new()).await?;
    Ok(Me {
        id: PersonId(account.id),
        username: account.username,
        reads_all_group_messages: account.can_read_all_group_messages,
    })
}

/// What Telegram was last given, each part by a hash: so that a start which changes nothing asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shown(BTreeMap<String, String>);

/// One part of the menus, as it is set by one request.
enum Part<'m> {
    Commands(Scope, &'m [MenuCommand]),
    Description(&'m str),
    ShortDescription(&'m str),
}

/// Where a menu is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Wherever there is no other.
    Default,
    Private,
    Groups,
    Admins,
}

impl Scope {
    const ALL: [Scope; 4] = [Scope::Default, Scope::Private, Scope::Groups, Scope::Admins];

    fn name(self) -> &'static str {
        match self {
            Scope::Default => "commands",
            Scope::Private => "commands-private",
            Scope::Groups => "commands-groups",
            Scope::Admins => "commands-admins",
        }
    }

    fn bot_api(self) -> BotCommandScope {
        match self {
            Scope::Default => BotCommandScope::Default,
            Scope::Private => BotCommandScope::AllPrivateChats,
            Scope::Groups => BotCommandScope::AllGroupChats,
            Scope::Admins => BotCommandScope::AllChatAdministrators,
        }
    }
}

/// The parts of a menu for everybody (`""`) or for a language. Every chat has its own scope, so the default one needs
/// no translation.
fn parts<'m>(menu: &'m Menu, language: &str) -> Vec<Part<'m>> {
    let mut parts = vec![
        Part::Commands(Scope::Private, &menu.private),
        Part::Commands(Scope::Groups, &menu.groups),
        Part::Commands(Scope::Admins, &menu.admins),
        Part::Description(&menu.description),
        Part::ShortDescription(&menu.short_description),
    ];
    if language.is_empty() {
        parts.insert(0, Part::Commands(Scope::Default, &menu.private));
    }
    parts
}

impl Part<'_> {
    /// Names the part in [`Shown`].
    fn name(&self, language: &str) -> String {
        let kind = match self {
            Part::Commands(scope, _) => scope.name(),
            Part::Description(_) => DESCRIPTION,
            Part::ShortDescription(_) => SHORT_DESCRIPTION,
        };
        format!("{kind}:{language}")
    }

    fn hash(&self) -> String {
        let text = match self {
            Part::Commands(_, commands) => {
                let lines = commands.iter().map(|it| format!("{} {}", it.name, it.description));
                lines.collect::<Vec<_>>().join("\n")
            }
            Part::Description(text) | Part::ShortDescription(text) => (*text).to_owned(),
        };
        format!("{:016x}", stable_hash(&text))
    }

    async fn set(&self, api: &Api, language: &str) -> Result<(), CallError> {
        let _: bool = match self {
            Part::Commands(scope, commands) => {
                let commands = commands.iter().map(|it| BotCommand::new(it.name, &it.description));
                let mut request = SetMyCommands::new(commands).scope(scope.bot_api());
                request.language_code = code(language);
                api.call(&request).await?
            }
            Part::Description(text) => {
                let mut request = SetMyDescription::new().description(*text);
                request.language_code = code(language);
                api.call(&request).await?
            }
            Part::ShortDescription(text) => {
                let mut request = SetMyShortDescription::new().short_description(*text);
                request.language_code = code(language);
                api.call(&request).await?
            }
        };
        Ok(())
    }
}

const DESCRIPTION: &str = "description";
const SHORT_DESCRIPTION: &str = "short-description";

fn code(language: &str) -> Option<String> {
    (!language.is_empty()).then(|| language.to_owned())
}

/// Sets the menus and the bot's descriptions in all languages, each only if it differs from the last, and takes back
/// those of languages that are no longer spoken. At most six requests for everybody and five for each language.
///
/// Anything that Telegram refuses, or the server has no method for, is skipped: the rest is worth having. Returns the
/// first refusal.
///
/// # Errors
///
/// The first call that did not go through; the parts before it stay set, and noted.
pub async fn set_menus(api: &Api, menus: &Menus, shown: &mut Shown) -> Result<Option<CallError>, CallError> {
    let everybody = std::iter::once(("", &menus.everybody));
    let in_language = menus.in_language.iter().map(|(code, menu)| (*code, menu));
    let mut wanted = BTreeSet::new();
    let mut refusal = None;
    for (language, menu) in everybody.chain(in_language) {
        for part in parts(menu, language) {
            let (name, hash) = (part.name(language), part.hash());
            wanted.insert(name.clone());
            if shown.0.get(&name) == Some(&hash) {
                continue;
            }
            match part.set(api, language).await {
                Ok(()) => drop(shown.0.insert(name, hash)),
                // It has already been logged that the server is too old for it.
                Err(CallError::NoSuchMethod(_)) => {}
                Err(error @ CallError::Refused { .. }) => drop(refusal.get_or_insert(error)),
                Err(error) => return Err(error),
            }
        }
    }
    let gone: Vec<String> = shown.0.keys().filter(|name| !wanted.contains(*name)).cloned().collect();
    for name in gone {
        match take_back(api, &name).await {
            Ok(()) | Err(CallError::NoSuchMethod(_)) => drop(shown.0.remove(&name)),
            Err(error @ CallError::Refused { .. }) => drop(refusal.get_or_insert(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(refusal)
}

/// From here on those who saw this part see the one for everybody.
async fn take_back(api: &Api, name: &str) -> Result<(), CallError> {
    let Some((kind, language)) = name.split_once(':') else { return Ok(()) };
    let _: bool = match kind {
        DESCRIPTION => {
            let mut request = SetMyDescription::new().description("");
            request.language_code = code(language);
            api.call(&request).await?
        }
        SHORT_DESCRIPTION => {
            let mut request = SetMyShortDescription::new().short_description("");
            request.language_code = code(language);
            api.call(&request).await?
        }
        _ => {
            let Some(scope) = Scope::ALL.into_iter().find(|scope| scope.name() == kind) else {
                return Ok(());
            };
            let mut request = DeleteMyCommands::new().scope(scope.bot_api());
            request.language_code = code(language);
            api.call(&request).await?
        }
    };
    Ok(())
}
