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

use super::{Exporter, Health};
use crate::http::{self, Limits};

/// A few programs look every few seconds.
const LIMITS: Limits = Limits {
    n_connections: 32,
    head: Duration::from_secs(10),
    body: Duration::from_secs(10),
    body_bytes: 1024,
};

/// Serves until `stop` becomes true.
pub async fn serve(listener: TcpListener, health: Health, exporter: Exporter, stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(health.clone()))
        .route("/metrics", get(metrics).with_state((health, exporter)))
        .layer(middleware::from_fn_with_state(LIMITS, http::whole_body));
    http::serve(listener, router, LIMITS, stop).await;
}

async fn ready(State(health): State<Health>) -> Response {
    let report = health.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let json = serde_json::to_string(&report).expect("a report is texts and a bool");
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{json}\n")).into_response()
}

async fn metrics(State((health, exporter)): State<(Health, Exporter)>) -> Response {
    // While the database is away, the rest is all the more worth seeing.
    let waiting = health.backlog().await.ok();
    let text = exporter.text(waiting, health.is_ready(waiting.is_some()));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
