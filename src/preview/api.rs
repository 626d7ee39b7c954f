//! `/bot<token>/<method>`: from an HTTP request to a method's answer.
//!
//! Telegram takes GET and other encodings as well. Here only POST is taken, since a browser reveals who sent it
//! (see [`super::guard`]), and only what the bot sends: JSON, and forms where files come along.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, FromRequest as _, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::faults::Failure;
use super::methods::{self, Method, Serve};
use super::params::{ParamType, Params};
use super::state::Request;
use super::world::World;
use crate::http::Connection;

pub(crate) fn router() -> Router<World> {
    Router::new().route("/{bot}/{method}", post(serve))
}

async fn serve(
    State(world): State<World>,
    Extension(connection): Extension<Connection>,
    Path((bot, method_name)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return respond(&Err(ApiError::not_found()));
    };
    if token != world.token() {
        return respond(&Err(ApiError::unauthorized()));
    }
    let method = methods::find(&method_name);
    let fields = match method {
        Some(method) => read(&world, method, request).await,
        None => Err(ApiError::not_found()),
    };
    let params = match &fields {
        Ok(fields) => Value::Object(fields.clone()),
        Err(_) => json!({}),
    };
    let name = method.map_or(method_name.as_str(), |method| method.name);

    let strike = world.quietly(|state, _| state.faults.strike(name, &params));
    let after_effect = strike.as_ref().is_none_or(|it| it.after_effect);
    let mut result = Err(ApiError::not_found());
    if after_effect {
        result = match (method, fields) {
            (Some(method), Ok(fields)) => match Params::checked(fields, method.params) {
                Ok(params) => call(&world, method, &params).await,
                Err(error) => Err(error),
            },
            (_, Err(error)) => Err(error),
            (None, Ok(_)) => Err(ApiError::not_found()),
        };
    }

    let mut response = None;
    if let Some(mut strike) = strike {
        match (&strike.failure, strike.failure.as_error()) {
            (_, Some(error)) => result = Err(error),
            (Failure::Hang, None) => {
                tokio::select! {
                    _ = strike.released.wait_for(|released| *released) => {}
                    () = world.closed() => {}
                }
                if !strike.after_effect {
                    result = Err(ApiError::given(500, "Internal Server Error"));
                }
            }
            (Failure::BadGateway, None) => {
                let page = "<html><head><title>502 Bad Gateway</title></head></html>";
                response = Some(
                    (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], page).into_response(),
                );
            }
            (Failure::Garbage, None) => response = Some("\u{fffd}{not json".into_response()),
            (_, None) => {
                log(&world, name, params, 0, Value::Null);
                connection.cut().await
            }
        }
    }
    let response = response.unwrap_or_else(|| respond(&result));
    let answer = match &result {
        Ok(value) => json!({ "ok": true, "result": value }),
        Err(error) => error.body(),
    };
    log(&world, name, params, response.status().as_u16(), answer);
    response
}

/// The parameters of a request, in either encoding. Files that come with it are kept, and named as others are.
async fn read(
    world: &World,
    method: &Method,
    request: axum::extract::Request,
) -> Result<Map<String, Value>, ApiError> {
    let unreadable = |error: &dyn std::fmt::Display| ApiError::bad_request(format!("can't read it: {error}"));
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let body = Bytes::from_request(request, &()).await.map_err(|error| unreadable(&error))?;
        return fields(&body);
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| unreadable(&error))?;
    let (mut given, mut files) = (Map::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
        if is_file {
            files.push((format!("attach://{name}"), bytes));
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_text = method.params.iter().any(|it| it.name == name && matches!(it.kind, ParamType::Text));
        // Everything but text is written as JSON in a form.
        let value = if is_text { None } else { serde_json::from_str(&text).ok() };
        given.insert(name, value.unwrap_or(Value::String(text)));
    }
    for (name, bytes) in files {
        let id = world.quietly(|state, _| state.keep_picture(bytes));
        given.values_mut().for_each(|value| name_file(value, &name, &id));
    }
    Ok(given)
}

/// Puts the name under which a file is kept in the place of the one that it came with.
fn name_file(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Object(fields) => fields.values_mut().for_each(|it| name_file(it, from, to)),
        Value::Array(items) => items.iter_mut().for_each(|it| name_file(it, from, to)),
        _ => {}
    }
}

/// The parameters of a request; one without a body has none.
fn fields(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let not_an_object = |_| ApiError::bad_request("Can't parse HTTP message body: object expected");
    serde_json::from_slice(body).map_err(not_an_object)
}

/// An empty answer of getUpdates wakes nobody: a waiting bot asks for ever, and it means nothing.
fn log(world: &World, method: &str, params: Value, status: u16, response: Value) {
    let is_idle_poll = method == "getUpdates" && response["result"] == json!([]);
    let request = Request { method: method.to_owned(), params, status, response };
    if is_idle_poll {
        world.quietly(|state, _| state.log(request));
    } else {
        world.change(|state, _| state.log(request));
    }
}

async fn call(world: &World, method: &Method, params: &Params) -> Result<Value, ApiError> {
    match method.serve {
        Serve::GetUpdates => methods::updates::poll(world, params).await,
        Serve::AtOnce(serve) => world.change(|state, now| {
            methods::check_flood(state, method, params, now)?;
            serve(state, params, now)
        }),
    }
}

fn respond(result: &Result<Value, ApiError>) -> Response {
    let (code, body) = match result {
        Ok(value) => (200, json!({ "ok": true, "result": value })),
        Err(error) => (error.code, error.body()),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, body.to_string()).into_response()
}
