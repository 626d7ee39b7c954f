//! Reads a request's parameters: JSON, a form, a query string, or a multipart form of text fields.

use serde_json::{Map, Value};

use super::error::ApiError;
use super::params::{self, Param};

/// The parameters of a request, typed by the method's table where the encoding has no types.
///
/// As on Telegram, a query string and a body may be mixed; the body wins.
pub(crate) fn read(
    query: Option<&str>,
    content_type: &str,
    body: &[u8],
    table: &[Param],
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = params::typed(form_pairs(query.unwrap_or_default()), table);
    if body.is_empty() {
        return Ok(fields);
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("multipart/form-data") {
        let boundary = content_type
            .split_once("boundary=")
            .map(|(_, boundary)| boundary.trim_matches('"'))
            .ok_or_else(|| ApiError::bad_request("can't parse multipart: boundary is missing"))?;
        fields.extend(params::typed(multipart_pairs(body, boundary), table));
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        fields.extend(params::typed(form_pairs(&String::from_utf8_lossy(body)), table));
    } else {
        match serde_json::from_slice(body) {
            Ok(Value::Object(given)) => fields.extend(given),
            _ => return Err(ApiError::bad_request("Can't parse HTTP message body: object expected")),
        }
    }
    Ok(fields)
}

fn form_pairs(form: &str) -> Vec<(String, String)> {
    form.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name), percent_decoded(value))
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = match escaped {
            Some(byte) => {
                bytes.push(byte);
                &tail[2..]
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                tail
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The fields of a multipart form; a file's content is read as if it were text.
fn multipart_pairs(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    text.split(delimiter.as_str())
        .filter_map(|part| {
            let (headers, content) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
            let (_, name) = headers.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            let content = content.strip_suffix("\r\n").unwrap_or(content);
            Some((name.to_owned(), content.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::params::{Kind, optional};
    use super::*;

    const TABLE: &[Param] = &[optional("chat_id", Kind::ChatId), optional("text", Kind::Text)];

    #[track_caller]
    fn check(query: Option<&str>, content_type: &str, body: &str) {
        let fields = read(query, content_type, body.as_bytes(), TABLE).unwrap();
        assert_eq!(Value::Object(fields), json!({ "chat_id": 7, "text": "a b&c é" }));
    }

    #[test]
    fn the_same_request_reads_the_same_in_every_encoding() {
        check(None, "application/json", r#"{"chat_id": 7, "text": "a b&c é"}"#);
        check(Some("chat_id=7&text=a+b%26c%20%C3%A9"), "", "");
        check(Some("chat_id=7"), "application/json; charset=utf-8", r#"{"text": "a b&c é"}"#);
        check(None, "application/x-www-form-urlencoded", "chat_id=7&text=a%20b%26c+%c3%a9");
        check(
            None,
            "multipart/form-data; boundary=XX",
            "--XX\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n\
             --XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na b&c é\r\n--XX--\r\n",
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        let error = read(None, "application/json", b"[1]", TABLE).unwrap_err();
        assert_eq!(error.description, "Bad Request: Can't parse HTTP message body: object expected");
    }
}
