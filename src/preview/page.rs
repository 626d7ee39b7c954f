//! The web page: its files, compiled in, and the three addresses it talks to.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Extension, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::acts::{self, Act};
use super::state::{ChatId, MessageId, PersonId};
use super::world::World;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Address, media type and content of each file of the page.
const FILES: [(&str, &str, &str); 10] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/page/style.css", CSS, include_str!("page/style.css")),
    ("/page/icon.svg", SVG, include_str!("page/icon.svg")),
    ("/page/app.js", JS, include_str!("page/app.js")),
    ("/page/dom.js", JS, include_str!("page/dom.js")),
    ("/page/rich.js", JS, include_str!("page/rich.js")),
    ("/page/chats.js", JS, include_str!("page/chats.js")),
    ("/page/messages.js", JS, include_str!("page/messages.js")),
    ("/page/poll.js", JS, include_str!("page/poll.js")),
    ("/page/composer.js", JS, include_str!("page/composer.js")),
];

/// The most pages that are notified of changes at the same time.
const N_STREAMS: usize = 64;

pub(crate) fn router() -> Router<World> {
    let mut router = Router::new()
        .route("/preview/state", get(state))
        .route("/preview/events", get(events).layer(Extension(Arc::new(Semaphore::new(N_STREAMS)))))
        .route("/preview/picture/{name}", get(picture))
        .route("/preview/act", post(act));
    for (path, media_type, content) in FILES {
        let file = move || async move { ([(header::CONTENT_TYPE, media_type)], content) };
        router = router.route(path, get(file));
    }
    router
}

#[derive(Deserialize)]
struct Screen {
    person: Option<i64>,
    chat: Option<i64>,
}

/// One person's screen; without a person, the first one's.
async fn state(State(world): State<World>, Query(asked): Query<Screen>) -> Json<Value> {
    Json(world.quietly(|state, now| {
        let asked_for = asked.person.map(PersonId).filter(|it| state.people.contains_key(it));
        let person = asked_for.or_else(|| state.people.keys().next().copied());
        match person {
            Some(person) => state.screen(person, asked.chat.map(ChatId), now),
            None => json!({ "people": [], "chats": [], "notice": state.notice }),
        }
    }))
}

/// Says that something has changed; the page then asks for its screen.
async fn events(
    State(world): State<World>,
    Extension(streams): Extension<Arc<Semaphore>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, StatusCode> {
    let place = streams.try_acquire_owned().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let changes = world.changes();
    let stream = unfold((world, changes, place, true), |(world, mut changes, place, is_first)| async move {
        if !is_first {
            tokio::select! {
                changed = changes.changed() => changed.ok()?,
                () = world.closed() => return None,
            }
        }
        let count = *changes.borrow_and_update();
        let event = Event::default().event("change").data(count.to_string());
        Some((Ok(event), (world, changes, place, false)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// A picture that the bot has uploaded.
async fn picture(State(world): State<World>, Path(name): Path<String>) -> Response {
    let bytes = world.quietly(|state, _| state.pictures.get(&name).cloned());
    let Some(bytes) = bytes else { return StatusCode::NOT_FOUND.into_response() };
    let media_type = match imagesize::image_type(&bytes) {
        Ok(imagesize::ImageType::Png) => "image/png",
        Ok(imagesize::ImageType::Webp) => "image/webp",
        _ => "image/jpeg",
    };
    ([(header::CONTENT_TYPE, media_type)], bytes).into_response()
}

async fn act(State(world): State<World>, body: String) -> Response {
    let answer = match serde_json::from_str::<Act>(&body) {
        Ok(act) => match acts::perform(&world, act).await {
            Ok(mut result) => {
                result["ok"] = json!(true);
                result
            }
            Err(refusal) => json!({ "ok": false, "error": refusal.to_string() }),
        },
        Err(error) => json!({ "ok": false, "error": format!("the page asked for nonsense: {error}") }),
    };
    Json(answer).into_response()
}

impl World {
    /// Notes up to which message a person has read a chat.
    pub(crate) fn mark_read(&self, person: PersonId, chat: ChatId, message: MessageId) {
        self.change(|state, _| {
            let read = state.read.entry((person, chat)).or_insert(message);
            *read = message.max(*read);
        });
    }
}
