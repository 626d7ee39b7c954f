//! Valid names of pictures: the path of a file in the folder, or a web address.

/// The endings of the files that Telegram shows as photos.
const ENDINGS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// Whether a picture is on the web; otherwise it is a file in the folder.
pub fn is_on_the_web(picture: &str) -> bool {
    picture.starts_with("https://") || picture.starts_with("http://")
}

/// Whether a picture may be named so in a folder. Whether there is one is another question.
pub fn is_picture(name: &str) -> bool {
    !name.trim().is_empty() && fault(name).is_none()
}

/// What is wrong with a name, and what to do about it.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: String,
}

pub(super) fn fault(picture: &str) -> Option<Fault> {
    if is_on_the_web(picture) {
        let host = picture.split("//").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        let is_address = !host.is_empty() && !picture.contains(|c: char| c.is_whitespace() || c.is_control());
        return (!is_address).then(|| Fault {
            message: format!("`{picture}` is not a web address"),
            help: "write it as a browser shows it: `https://example.org/map.png`".into(),
        });
    }
    if picture.contains("://") {
        return Some(Fault {
            message: format!("`{picture}` is not an address that Telegram fetches pictures from"),
            help: "use `https://…`, or put the picture into the folder and write its path".into(),
        });
    }
    if picture.contains('\\') {
        return Some(Fault {
            message: "the path of a picture is written with `/`".into(),
            help: format!("write it as `{}`", picture.replace('\\', "/")),
        });
    }
    let leaves = picture.split('/').any(|part| part == "..");
    if picture.starts_with(['/', '~']) || picture.get(1..2) == Some(":") || leaves {
        return Some(Fault {
            message: "the picture lies outside of the folder".into(),
            help: "put it into the folder, and write its path from there: `pictures/map.png`".into(),
        });
    }
    let ending = picture.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    (!ENDINGS.contains(&ending.as_str())).then(|| Fault {
        message: format!("`{picture}` is not a picture that Telegram shows as a photo"),
        help: "save it as .jpg, .png or .webp".into(),
    })
}
