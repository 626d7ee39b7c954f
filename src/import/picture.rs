//! The picture that an answer had where it comes from.

use percent_encoding::percent_decode_str;

use crate::knowledge::{is_on_the_web, is_picture};

/// A picture that a folder can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// A web address, or a path from where its page is.
    pub(super) name: String,
    /// What it shows, in words; empty where the page does not say.
    pub(super) described: String,
}

/// Kinds of pictures that Telegram does not show as photos, by the endings of their addresses.
const NO_PHOTOS: [&str; 3] = [".svg", ".gif", ".ico"];

impl Picture {
    /// The picture at an address as a page writes it; `None` where the bot could not show it.
    pub(super) fn at(address: &str, described: &str) -> Option<Picture> {
        let address = address.trim();
        let described = described.trim().to_owned();
        let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
        let (path, _) = address.split_once(['?', '#']).unwrap_or((&address, ""));
        let lower = path.to_lowercase();
        if NO_PHOTOS.iter().any(|it| lower.ends_with(it)) {
            return None;
        }
        let name = match is_on_the_web(&address) {
            true => address,
            false => percent_decode_str(path.trim_start_matches("./")).decode_utf8().ok()?.into_owned(),
        };
        is_picture(&name).then_some(Picture { name, described })
    }

    /// The first picture that has a line of Markdown for itself, and the text without that line.
    pub(super) fn on_a_line_of(markdown: &str) -> Option<(String, Picture)> {
        let read = |line: &str| {
            let inner = line.trim().trim_end_matches('\\').strip_prefix("![")?.strip_suffix(')')?;
            let (described, target) = inner.split_once("](")?;
            // A title in quotes may follow the address.
            let address = target.split_once(" \"").map_or(target, |(address, _)| address).trim();
            let address = address.strip_prefix('<').and_then(|it| it.strip_suffix('>')).unwrap_or(address);
            Picture::at(address, described)
        };
        let mut is_code = false;
        let (number, picture) = markdown.lines().enumerate().find_map(|(n, line)| {
            is_code ^= line.trim_start().starts_with("```");
            Some((n, read(line).filter(|_| !is_code)?))
        })?;
        let rest = markdown.lines().enumerate().filter(|(n, _)| *n != number).map(|(_, line)| line);
        let rest = rest.collect::<Vec<_>>().join("\n");
        Some((rest.trim().trim_end_matches('\\').trim_end().to_owned(), picture))
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[test]
    fn addresses_are_read_as_pages_write_them() {
        #[track_caller]
        fn check(address: &str, expected: Option<&str>) {
            assert_eq!(Picture::at(address, "").map(|it| it.name).as_deref(), expected, "{address}");
        }
        check("map.png", Some("map.png"));
        check("./img/the%20map.JPG?raw=true", Some("img/the map.JPG"));
        check("https://e.org/map?size=2", Some("https://e.org/map?size=2"));
        check("//e.org/map.png", Some("https://e.org/map.png"));
        for useless in [
            "/img/map.png",
            "../map.png",
            "data:image/png;base64,AA",
            "https://e.org/badge.svg?a=b",
            "map.gif",
            "",
        ] {
            check(useless, None);
        }
    }

    #[test]
    fn a_line_that_is_a_picture_is_taken_out() {
        #[track_caller]
        fn check(markdown: &str, expected: Option<(&str, &str, &str)>) {
            let found = Picture::on_a_line_of(markdown);
            let found =
                found.as_ref().map(|(rest, it)| (rest.as_str(), it.name.as_str(), it.described.as_str()));
            assert_eq!(found, expected, "{markdown}");
        }
        check(
            "Here:\n\n![The map](map.png \"Our map\")\n\nLook.",
            Some(("Here:\n\n\nLook.", "map.png", "The map")),
        );
        check("Here:\\\n![](<the map.png>)", Some(("Here:", "the map.png", "")));
        check("Click ![the wheel](wheel.png) to go on.", None);
        check("![a](b.svg)", None);
        check("```\n![a](b.png)\n```", None);
    }
}
