//! How soon after they arrived questions were answered for good, as the bot itself counts it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// So many seconds from the arrival of an update to the commit of what came of it are wanted at most.
const WANTED: &str = "0.05";

/// Steps so far: all, and those whose effects were stored within [`WANTED`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Steps {
    all: f64,
    soon: f64,
}

impl Steps {
    /// Of bots whose `METRICS_LISTEN` is at these addresses.
    pub(crate) fn of(bots: &[SocketAddr]) -> Steps {
        let mut steps = Steps::default();
        for bot in bots {
            let metrics = metrics(*bot);
            let value = |name: &str| -> f64 {
                let line = metrics.lines().find_map(|line| line.strip_prefix(name));
                line.and_then(|rest| rest.trim().parse().ok()).unwrap_or_default()
            };
            steps.all += value("faqbot_step_seconds_count ");
            steps.soon += value(&format!("faqbot_step_seconds_bucket{{le=\"{WANTED}\"}}"));
        }
        steps
    }

    /// Of the steps since then, how many percent were stored in time.
    pub(crate) fn soon_since(self, before: Steps) -> f64 {
        100.0 * (self.soon - before.soon) / (self.all - before.all)
    }
}

/// A free loopback port.
pub(crate) fn free_port() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    listener.local_addr().expect("it is bound")
}

/// What a bot tells of itself.
fn metrics(bot: SocketAddr) -> String {
    // Of several bots, one may answer questions before another is up.
    let mut stream = loop {
        if let Ok(stream) = TcpStream::connect(bot) {
            break stream;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {bot}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}
