//! Comments on a channel's posts, in the group where they are discussed.

use serde::{Deserialize, Serialize};

use super::{Event, Message, MessageId, Tap, Thread, ThreadId};

/// How many posts are remembered.
const N_POSTS: usize = 50;

/// The last posts whose comments the bot has seen.
///
/// A direct comment names its post; a reply to a comment has only the post's number, which might as well be that of any
/// message that people reply to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Posts(Vec<MessageId>);

impl Posts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Finds the post that a reply to a comment, or a tap below one, belongs to.
    pub(super) fn find_thread(&mut self, event: &mut Event) {
        let (thread, chain) = match event {
            Event::Message(Message { thread, chain, .. })
            | Event::Edited(Message { thread, chain, .. })
            | Event::Tap(Tap { thread, chain, .. }) => (thread, *chain),
            _ => return,
        };
        match thread.map(ThreadId::thread) {
            Some(Thread::Comments(post)) => self.remember(post),
            Some(_) => {}
            None => *thread = chain.filter(|post| self.0.contains(post)).map(ThreadId::comments),
        }
    }

    fn remember(&mut self, post: MessageId) {
        self.0.retain(|it| *it != post);
        self.0.push(post);
        if self.0.len() > N_POSTS {
            self.0.remove(0);
        }
    }
}
