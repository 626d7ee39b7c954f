//! Keeps other web sites away from the server: they can reach a loopback address through a browser.

use std::net::IpAddr;

use axum::extract::{Extension, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::Connection;

/// The page's own files and nothing else; no other site shows the page in a frame, where people could be made to tap on it
/// unawares.
const CONTENT_SECURITY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// Refuses requests that came here under another name, and orders that another site's page has sent.
///
/// Requests that only read need no such check, and a browser may not reveal where they come from: they change nothing,
/// and browsers keep the answer from other sites' pages. With everything else they send the `Origin`.
pub(crate) async fn check(
    Extension(connection): Extension<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let Some(host) = text(headers, header::HOST).filter(|host| is_loopback(host)) else {
        let why = "the preview answers only as 127.0.0.1 or localhost";
        return (StatusCode::FORBIDDEN, why).into_response();
    };
    let reads_only = matches!(*request.method(), Method::GET | Method::HEAD);
    // By its bytes: an origin that is not even ASCII is foreign as well.
    let is_foreign = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != format!("http://{host}").as_bytes());
    if is_foreign && !reads_only {
        let why = "the preview takes no orders from pages of other sites";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    // A page of another site can read as much as it likes; its connections make room for the others.
    if !is_foreign {
        connection.trust();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    // For browsers that do not know `frame-ancestors`.
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a `Host` header, with or without a port, names this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.org", "127.0.0.1.example.org:80", "192.0.2.1:8080", "", "localhost.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
