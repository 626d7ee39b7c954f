//! The server's answers must be understood by the bot's client library.

use std::time::Duration;

use faqbot::preview::world::MemberStatus;
use serde_json::json;
use teloxide::payloads::{
    AnswerCallbackQuerySetters, GetUpdatesSetters, SendMessageSetters, SetMyCommandsSetters,
};
use teloxide::prelude::{Bot, Requester};
use teloxide::types::{
    BotCommand, BotCommandScope, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, Message, MessageEntity,
    ReplyParameters, UpdateKind,
};
use teloxide::{ApiError, RequestError};

use super::raw::Rig;

const SOON: Duration = Duration::from_secs(5);

fn client(rig: &Rig) -> Bot {
    let url = rig.server.url().parse().expect("the server's address is a URL");
    Bot::new(faqbot::preview::server::Options::default().token).set_api_url(url)
}

#[tokio::test]
async fn a_question_gets_its_answer_and_a_tap_its_note() {
    let rig = Rig::start().await;
    let bot = client(&rig);
    let me = bot.get_me().await.unwrap();
    assert_eq!((me.username(), me.can_read_all_group_messages), ("preview_bot", false));

    let question = rig.world.say(rig.ada, rig.ada, "/ask what is the deal?").unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[1].kind else { panic!("{updates:?}") };
    assert_eq!(message.text(), Some("/ask what is the deal?"));
    assert_eq!(message.from.as_ref().unwrap().first_name, "Ada");
    assert_eq!(message.entities().unwrap()[0].length, 4);

    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("More", "more:1")]]);
    let sent = bot
        .send_message(message.chat.id, "$5 billion & more")
        .entities([MessageEntity::bold(0, 10)])
        .reply_parameters(ReplyParameters::new(message.id))
        .reply_markup(keyboard)
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("$5 billion & more"));
    assert_eq!(sent.reply_to_message().unwrap().id, message.id);

    let seen = rig.world.last_from_bot(rig.ada).unwrap();
    assert_eq!(seen.text, "$5 billion & more");
    assert_eq!(seen.entities[0].kind, "bold");
    assert_eq!(seen.reply_to, Some(question));
    assert_eq!(seen.button_texts(), ["More"]);

    let tap = rig.world.tap(rig.ada, rig.ada, seen.id, "More").unwrap();
    let next = i32::try_from(updates[1].id.0 + 1).unwrap();
    let updates = bot.get_updates().offset(next).await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(query.data.as_deref(), Some("more:1"));
    bot.answer_callback_query(query.id.clone()).text("Here it is").await.unwrap();
    let answer = rig.world.answer_to(&tap, SOON).await.unwrap();
    assert_eq!(answer.text.as_deref(), Some("Here it is"));

    let edited = bot.edit_message_text(sent.chat.id, sent.id, "Edited").await.unwrap();
    assert!(edited.edit_date().is_some());
    assert!(rig.world.last_from_bot(rig.ada).unwrap().is_edited);
    let again = bot.edit_message_text(sent.chat.id, sent.id, "Edited").await.unwrap_err();
    assert!(matches!(again, RequestError::Api(ApiError::MessageNotModified)), "{again}");
}

#[tokio::test]
async fn a_quiz_poll_is_voted_in_and_stopped() {
    let rig = Rig::start().await;
    let bot = client(&rig);
    // The library's own `sendPoll` is older than what Telegram asks for now.
    let quiz = json!({
        "chat_id": rig.ada, "question": "How much?", "type": "quiz", "is_anonymous": false,
        "options": [{"text": "$5"}, {"text": "$50"}], "correct_option_ids": [1], "explanation": "Read it again",
    });
    let sent: Message = serde_json::from_value(rig.ok("sendPoll", quiz).await).unwrap();
    let poll = sent.poll().unwrap();
    assert_eq!((poll.options.len(), poll.is_closed), (2, false));

    let seen = rig.world.last_from_bot(rig.ada).unwrap();
    rig.world.vote(rig.ada, rig.ada, seen.id, &[1]).unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::PollAnswer(answer) = &updates[1].kind else { panic!("{updates:?}") };
    assert_eq!((&answer.poll_id, &answer.option_ids[..]), (&poll.id, &[1][..]));

    let stopped = bot.stop_poll(sent.chat.id, sent.id).await.unwrap();
    assert_eq!((stopped.is_closed, stopped.options[1].voter_count), (true, 1));
    let again = bot.stop_poll(sent.chat.id, sent.id).await.unwrap_err();
    assert!(matches!(again, RequestError::Api(ApiError::PollHasAlreadyClosed)), "{again}");
}

#[tokio::test]
async fn admins_are_listed() {
    let rig = Rig::start().await;
    let bot = client(&rig);
    let bea = rig.world.person("Bea");
    let group = rig.group();
    rig.world.join(bea, group).unwrap();
    rig.world.set_standing(rig.ada, group, bea, MemberStatus::Administrator).unwrap();
    let chat = ChatId(group.0);

    let admins = bot.get_chat_administrators(chat).await.unwrap();
    let admins: Vec<_> = admins.into_iter().map(|it| it.user.first_name).collect();
    assert_eq!(admins, ["Ada", "Bea"]);
    for update in bot.get_updates().await.unwrap() {
        assert!(!matches!(update.kind, UpdateKind::Error(_)), "{update:?}");
    }
}

#[tokio::test]
async fn menus_and_texts_of_the_profile_are_kept() {
    let rig = Rig::start().await;
    let bot = client(&rig);
    let commands = [BotCommand::new("ask", "Ask a question")];
    bot.set_my_commands(commands.clone()).scope(BotCommandScope::AllPrivateChats).await.unwrap();
    assert_eq!(bot.get_my_commands().await.unwrap(), []);
    assert_eq!(
        rig.world.commands("all_private_chats", ""),
        Some(json!([{ "command": "ask", "description": "Ask a question" }]))
    );
}
