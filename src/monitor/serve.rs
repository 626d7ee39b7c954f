//! `/healthz`, `/readyz` and `/metrics` over plain http.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Exporter, Stage};
use crate::http::{self, Limits};

/// A few programs look every few seconds.
const LIMITS: Limits = Limits {
    n_connections: 32,
    head: Duration::from_secs(10),
    body: Duration::from_secs(10),
    body_bytes: 1024,
};

/// Serves until `stop` becomes true, from before the bot has started.
pub async fn serve(
    listener: TcpListener,
    stage: watch::Receiver<Stage>,
    exporter: Exporter,
    stop: watch::Receiver<bool>,
) {
    let router = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(stage.clone()))
        .route("/metrics", get(metrics).with_state((stage, exporter)))
        .layer(middleware::from_fn_with_state(LIMITS, http::whole_body));
    http::serve(listener, router, LIMITS, stop).await;
}

async fn ready(State(stage): State<watch::Receiver<Stage>>) -> Response {
    let stage = stage.borrow().clone();
    let report = stage.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let json = serde_json::to_string(&report).expect("a report is texts and a bool");
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{json}\n")).into_response()
}

async fn metrics(State((stage, exporter)): State<(watch::Receiver<Stage>, Exporter)>) -> Response {
    let stage = stage.borrow().clone();
    // While the database is away, the rest is all the more worth seeing.
    let (waiting, is_ready) = stage.numbers().await;
    let text = exporter.text(waiting, is_ready);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
