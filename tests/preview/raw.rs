//! A bot that speaks plain HTTP, so that nothing comes between a test and the wire.

use faqbot::preview::server::{Options, Server};
use faqbot::preview::world::{ChatId, PersonId, World};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server with one person who has started the bot.
pub(crate) struct Rig {
    pub(crate) server: Server,
    pub(crate) world: World,
    pub(crate) ada: PersonId,
    token: String,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let token = options.token.clone();
        let listen = "127.0.0.1:0".parse().expect("an address");
        let server = Server::start(listen, options).await.expect("a free port");
        let world = server.world().clone();
        let ada = world.person("Ada");
        world.start(ada, None).expect("Ada can write to the bot");
        Self { server, world, ada, token }
    }

    /// A group that Ada founded and has added the bot to.
    pub(crate) fn group(&self) -> ChatId {
        let group = self.world.group("Deal watchers", self.ada, &[]);
        self.world.add_bot(self.ada, group).expect("the group exists");
        group
    }

    /// Calls a method with JSON and returns the whole answer.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let path = format!("/bot{}/{method}", self.token);
        let (_, body) = self.http("POST", &path, "application/json", &params.to_string()).await;
        serde_json::from_str(&body).expect("the Bot API answers in JSON")
    }

    /// Calls a method and returns its result.
    #[track_caller]
    pub(crate) fn ok(&self, method: &str, params: Value) -> impl Future<Output = Value> {
        let asked = format!("{method} {params}");
        async move {
            let mut answer = self.call(method, params).await;
            assert_eq!(answer["ok"], true, "{asked} → {answer}");
            answer["result"].take()
        }
    }

    /// Calls a method that must fail, and returns code and description.
    pub(crate) async fn error(&self, method: &str, params: Value) -> String {
        let answer = self.call(method, params).await;
        match answer["description"].as_str() {
            Some(description) => format!("{} {description}", answer["error_code"]),
            None => format!("no error: {answer}"),
        }
    }

    /// The updates that wait, confirmed at once.
    pub(crate) async fn updates(&self) -> Vec<Value> {
        let updates = self.ok("getUpdates", json!({})).await;
        let updates = updates.as_array().expect("updates are a list").clone();
        if let Some(last) = updates.last() {
            let next = last["update_id"].as_i64().expect("updates are numbered") + 1;
            self.ok("getUpdates", json!({ "offset": next })).await;
        }
        updates
    }

    /// One HTTP request on a connection of its own: the status and the body.
    pub(crate) async fn http(&self, verb: &str, path: &str, content_type: &str, body: &str) -> (u16, String) {
        let host = self.server.address().to_string();
        self.http_as(&host, verb, path, &[("Content-Type", content_type)], body).await
    }

    /// One HTTP request with any `Host` and headers. Status 0 when the connection was closed
    /// without an answer.
    pub(crate) async fn http_as(
        &self,
        host: &str,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let mut request = format!(
            "{verb} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nConnection: close\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        request.push_str(body);
        let answer = self.raw(&request).await;
        let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, body.to_owned())
    }

    /// The answer to these bytes, until the connection is closed.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.server.address()).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = Vec::new();
        // A connection that is reset has given no more than what has been read.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}
