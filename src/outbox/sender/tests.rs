//! What waits when a bot takes chats over from another, on Postgres.

use super::*;
use crate::clock::ManualClock;
use crate::outbox::queue::tests::outgoing;
use crate::preview::server::{Options, Server};
use crate::preview::world::World;
use crate::storage::Settled;
use crate::storage::scratch::schema;

const LIMIT: Duration = Duration::from_secs(20);

/// A bot that has just come to share a database, and a chat in which two requests of another bot wait.
struct Takeover {
    server: Server,
    storage: Storage,
    clock: ManualClock,
    chat: ChatId,
    elsewhere: ChatId,
    rows: Vec<OutboxRow>,
}

impl Takeover {
    /// None where there is no Postgres to test on.
    async fn new() -> Option<Takeover> {
        let (url, _) = schema().await?;
        let storage = Storage::open_alone(&url).await.expect("it can be shared");
        let server = Server::start(([127, 0, 0, 1], 0).into(), Options::default()).await;
        let server = server.expect("a free loopback port");
        let (ada, bob) = (server.world().person("Ada"), server.world().person("Bob"));
        for person in [ada, bob] {
            server.world().start(person, None).expect("they may write");
        }
        let (chat, elsewhere) = (ChatId(ada.0), ChatId(bob.0));
        let clock = ManualClock::at(Timestamp(1_767_614_400_000));
        let mut it = storage.begin().await.expect("begun");
        let posts = vec![(chat, outgoing("first")), (chat, outgoing("second"))];
        let rows = it.post(posts, clock.now()).await.expect("posted");
        it.commit().await.expect("committed");
        Some(Takeover { server, storage, clock, chat, elsewhere, rows })
    }

    /// Gives the bot all chats, then lets it send. It hears of `posted` before it has read the outbox again.
    async fn send(&self, posted: Vec<OutboxRow>) -> watch::Sender<bool> {
        let (posts, posts_of) = mpsc::unbounded_channel();
        let parts = SenderParts {
            api: Api::new(&Options::default().token, Some(&self.server.url()), LIMIT).expect("a client"),
            storage: self.storage.clone(),
            clock: Arc::new(self.clock.clone()),
            rates: None,
            inbox: Inbox::new(self.storage.clone(), mpsc::unbounded_channel().0),
            change_folder: Arc::new(|_, _| anyhow::bail!("nobody changes it")),
            pictures: Arc::new(Pictures::default()),
            call_limit: Duration::from_secs(10),
        };
        let sender = Sender::new(parts, posts_of).await.expect("the outbox can be read");
        self.storage.shares().look().await.expect("the database is there");
        posts.send(Posted::Rows(posted)).expect("it receives");
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        tokio::spawn(async move {
            let _posts = posts;
            sender.run(stopped).await
        });
        stop
    }

    /// As [`Takeover::send`], while the other bot has the first request under way; returns when this one knows.
    async fn send_beside_other(&self) -> watch::Sender<bool> {
        let mut other = self.storage.begin().await.expect("begun");
        other.book(&[self.rows[0].seq], self.clock.now()).await.expect("booked");
        other.commit().await.expect("committed");
        let stop = self.send(Vec::new()).await;
        self.outbox_is_read("elsewhere").await;
        stop
    }

    /// What the bot has sent to a chat.
    fn sent_to(&self, chat: ChatId) -> Vec<String> {
        let messages = self.server.world().messages(crate::preview::world::ChatId(chat.0));
        messages.into_iter().filter(|it| it.is_from_bot).map(|it| it.text).collect()
    }

    /// Waits for this message in a chat; returns all of the bot's until then.
    async fn until_in(&self, chat: ChatId, text: &str) -> Vec<String> {
        let all = |_: &World| Some(self.sent_to(chat)).filter(|sent| sent.iter().any(|sent| sent == text));
        self.server.world().wait_for(LIMIT, all).await.expect("it is sent")
    }

    /// As [`Takeover::until_in`], in the first chat.
    async fn until(&self, text: &str) -> Vec<String> {
        self.until_in(self.chat, text).await
    }

    /// Waits until the bot has read all of the outbox after this call: a message to somebody else shows it.
    async fn outbox_is_read(&self, text: &str) {
        let mut it = self.storage.begin().await.expect("begun");
        it.post(vec![(self.elsewhere, outgoing(text))], self.clock.now()).await.expect("posted");
        it.commit().await.expect("committed");
        self.until_in(self.elsewhere, text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_was_taken_over_gets_first_what_has_waited_longest() {
    let Some(it) = Takeover::new().await else { return };
    let stop = it.send(it.rows[1..].to_vec()).await;
    assert_eq!(it.until("second").await, ["first", "second"]);
    let _ = stop.send(true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_bot_may_have_under_way_is_waited_for_only_until_it_is_done() {
    let Some(it) = Takeover::new().await else { return };
    let stop = it.send_beside_other().await;
    // The other bot is still there, and has sent it.
    let settled =
        Settled { chat: it.chat, seqs: vec![it.rows[0].seq], sent: None, poll: None, reports: Vec::new() };
    let mut other = it.storage.begin().await.expect("begun");
    other.complete(&[settled], it.clock.now()).await.expect("settled");
    other.commit().await.expect("committed");
    assert_eq!(it.until("second").await, ["second"], "although the clock stands still");
    let _ = stop.send(true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_bot_has_begun_and_left_is_sent_when_it_cannot_be_under_way_any_more() {
    let Some(it) = Takeover::new().await else { return };
    let stop = it.send_beside_other().await;
    it.clock.advance(Duration::from_millis(9_999));
    it.outbox_is_read("elsewhere again").await;
    assert_eq!(it.sent_to(it.chat), [""; 0], "it waits");
    it.clock.advance(Duration::from_millis(1));
    assert_eq!(it.until("second").await, ["first", "second"]);
    let _ = stop.send(true);
}
