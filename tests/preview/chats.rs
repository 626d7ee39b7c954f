//! Groups, forums and channels; privacy mode; being added, removed, blocked and moved.

use faqbot::preview::draft::Draft;
use faqbot::preview::server::{BotAccount, Options};
use faqbot::preview::world::{MemberStatus, PersonId};
use serde_json::{Value, json};

use super::raw::Rig;

fn texts(updates: &[Value]) -> Vec<&str> {
    updates.iter().filter_map(|it| it["message"]["text"].as_str()).collect()
}

#[tokio::test]
async fn privacy_mode_shows_the_bot_what_is_meant_for_it() {
    let rig = Rig::start().await;
    let group = rig.group();
    let other_bot = rig.world.other_bot("Other");
    rig.world.join(other_bot, group).unwrap();
    let sent = rig.ok("sendMessage", json!({"chat_id": group, "text": "hello"})).await;
    rig.updates().await;

    let hello = serde_json::from_value(sent["message_id"].clone()).unwrap();
    let say = |draft: Draft| rig.world.say(rig.ada, group, draft).unwrap();
    say("just talking".into());
    say("/ask one".into());
    say("/ask@preview_bot two".into());
    say("/ask@other_bot three".into());
    say("hey @preview_bot four".into());
    say(Draft::text("five").reply_to(hello));
    rig.world.say(other_bot, group, "I am a bot").unwrap();
    say("/ask six".into());
    say("/ask@preview_bot seven".into());
    assert_eq!(
        texts(&rig.updates().await),
        ["/ask one", "/ask@preview_bot two", "hey @preview_bot four", "five", "/ask@preview_bot seven"]
    );

    rig.world.set_standing(rig.ada, group, PersonId(110_201_543), MemberStatus::Administrator).unwrap();
    say("just talking".into());
    assert_eq!(texts(&rig.updates().await), ["just talking"]);
}

#[tokio::test]
async fn without_privacy_mode_the_bot_sees_everything_and_mentions_may_be_kept_from_it() {
    let bot = BotAccount { privacy_mode: false, ..Options::default().bot };
    let rig = Rig::with(Options { bot, ..Options::default() }).await;
    assert_eq!(rig.ok("getMe", json!({})).await["can_read_all_group_messages"], true);
    let group = rig.group();
    rig.updates().await;
    rig.world.say(rig.ada, group, "just talking").unwrap();
    assert_eq!(texts(&rig.updates().await), ["just talking"]);

    let bot = BotAccount { sees_mentions: false, ..Options::default().bot };
    let rig = Rig::with(Options { bot, ..Options::default() }).await;
    let group = rig.group();
    rig.updates().await;
    rig.world.say(rig.ada, group, "hey @preview_bot").unwrap();
    assert_eq!(rig.updates().await, [] as [Value; 0]);
}

#[tokio::test]
async fn being_added_and_removed_is_an_update_and_has_an_effect() {
    let rig = Rig::start().await;
    rig.updates().await;
    let group = rig.group();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["my_chat_member"]["old_chat_member"]["status"], "left");
    assert_eq!(updates[0]["my_chat_member"]["new_chat_member"]["status"], "member");
    assert_eq!(updates[1]["message"]["new_chat_members"][0]["username"], "preview_bot");

    rig.world.remove_bot(rig.ada, group).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["message"]["left_chat_member"]["username"], "preview_bot");
    assert_eq!(updates[1]["my_chat_member"]["new_chat_member"]["status"], "kicked");
    let hi = json!({"chat_id": group, "text": "hi"});
    assert_eq!(
        rig.error("sendMessage", hi.clone()).await,
        "403 Forbidden: bot was kicked from the group chat"
    );

    rig.world.add_bot(rig.ada, group).unwrap();
    rig.ok("sendMessage", hi.clone()).await;
    rig.world.set_standing(rig.ada, group, PersonId(110_201_543), MemberStatus::Left).unwrap();
    assert_eq!(rig.error("sendMessage", hi).await, "403 Forbidden: bot is not a member of the group chat");
}

#[tokio::test]
async fn people_can_shut_the_bot_out() {
    let rig = Rig::start().await;
    let bea = rig.world.person("Bea");
    let group = rig.group();
    rig.world.join(bea, group).unwrap();
    rig.updates().await;
    let hi = |person: PersonId| json!({"chat_id": person, "text": "hi"});
    assert_eq!(
        rig.error("sendMessage", hi(bea)).await,
        "403 Forbidden: bot can't initiate conversation with a user"
    );
    rig.world.block_bot(rig.ada, true);
    assert_eq!(rig.error("sendMessage", hi(rig.ada)).await, "403 Forbidden: bot was blocked by the user");
    assert_eq!(rig.updates().await[0]["my_chat_member"]["new_chat_member"]["status"], "kicked");
    rig.world.block_bot(rig.ada, false);
    rig.ok("sendMessage", hi(rig.ada)).await;
    rig.world.deactivate(rig.ada);
    assert_eq!(rig.error("sendMessage", hi(rig.ada)).await, "403 Forbidden: user is deactivated");
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_says_where_it_went() {
    let rig = Rig::start().await;
    let group = rig.group();
    rig.updates().await;
    let new = rig.world.migrate(rig.ada, group).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["message"]["migrate_to_chat_id"], json!(new));
    assert_eq!(updates[1]["message"]["migrate_from_chat_id"], json!(group));
    assert_eq!(updates[1]["message"]["chat"]["type"], "supergroup");
    assert!(new.0 < -(1 << 32), "{new:?}");

    let answer = rig.call("sendMessage", json!({"chat_id": group, "text": "hi"})).await;
    assert_eq!(
        answer,
        json!({
            "ok": false, "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new},
        })
    );
    rig.ok("sendMessage", json!({"chat_id": new, "text": "hi"})).await;
    let refusal = rig.world.say(rig.ada, group, "hi").unwrap_err();
    assert_eq!(refusal.to_string(), "the group has become a supergroup");
}

#[tokio::test]
async fn topics_keep_messages_apart() {
    let rig = Rig::start().await;
    let forum = rig.world.forum("Newsroom", rig.ada, &[]);
    let topic = rig.world.open_topic(rig.ada, forum, "Questions").unwrap();
    rig.world.add_bot(rig.ada, forum).unwrap();
    rig.updates().await;
    let asked = rig.world.say(rig.ada, forum, Draft::text("/ask x").in_topic(topic)).unwrap();
    rig.world.say(rig.ada, forum, "/ask y").unwrap();

    let updates = rig.updates().await;
    let message = &updates[0]["message"];
    assert_eq!(message["message_thread_id"], json!(topic));
    assert_eq!(message["is_topic_message"], true);
    assert_eq!(message["reply_to_message"]["forum_topic_created"]["name"], "Questions");
    assert_eq!(updates[1]["message"].get("message_thread_id"), None);

    let send = |thread: i64| json!({"chat_id": forum, "text": "hi", "message_thread_id": thread});
    let sent = rig.ok("sendMessage", send(topic.0)).await;
    assert_eq!(sent["is_topic_message"], true);
    // General has the number 1 in the apps, and is refused under it.
    for thread in [99, 1].into_iter().filter(|it| *it != topic.0) {
        assert_eq!(rig.error("sendMessage", send(thread)).await, "400 Bad Request: message thread not found");
    }
    let reply = json!({"chat_id": forum, "text": "hi", "reply_parameters": {"message_id": asked}});
    assert_eq!(rig.ok("sendMessage", reply).await["message_thread_id"], json!(topic));
    rig.world.close_topic(rig.ada, forum, topic).unwrap();
    assert_eq!(rig.error("sendMessage", send(topic.0)).await, "400 Bad Request: TOPIC_CLOSED");
}

#[tokio::test]
async fn replies_in_a_supergroup_have_a_thread_that_is_no_topic() {
    let rig = Rig::start().await;
    let group = rig.world.supergroup("Reading circle", rig.ada, &[]);
    rig.world.add_bot(rig.ada, group).unwrap();
    rig.updates().await;
    let first = rig.world.say(rig.ada, group, "first").unwrap();
    rig.world.say(rig.ada, group, Draft::text("/ask x").reply_to(first)).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["message"]["message_thread_id"], json!(first));
    assert_eq!(updates[0]["message"].get("is_topic_message"), None);
}

#[tokio::test]
async fn chats_can_speak_for_themselves() {
    let rig = Rig::start().await;
    let group = rig.group();
    let channel = rig.world.channel("News", rig.ada);
    rig.world.add_bot(rig.ada, channel).unwrap();
    rig.updates().await;
    rig.world.say(group, group, "/ask x").unwrap();
    rig.world.say(rig.ada, channel, "a post").unwrap();
    let updates = rig.updates().await;
    let anonymous = &updates[0]["message"];
    assert_eq!(anonymous["from"]["id"], 1_087_968_824);
    assert_eq!(anonymous["sender_chat"]["id"], json!(group));
    let post = &updates[1]["channel_post"];
    assert_eq!((post.get("from"), &post["sender_chat"]["type"]), (None, &json!("channel")));
    assert_eq!(
        rig.world
            .say(rig.ada, rig.world.channel("Other", rig.world.person("Bea")), "hi")
            .unwrap_err()
            .to_string(),
        "the author is not in this chat"
    );
}

#[tokio::test]
async fn admins_are_those_of_groups() {
    let rig = Rig::start().await;
    assert_eq!(
        rig.error("getChatAdministrators", json!({"chat_id": rig.ada})).await,
        "400 Bad Request: there are no administrators in the private chat"
    );
}
