//! The pictures of a folder: whether they are there, and whether Telegram will take them.

use std::fs;
use std::path::{Path, PathBuf};

use imagesize::{ImageError, ImageType};

use super::shown;
use crate::knowledge::{Costs, Diagnostic, Knowledge, Label, Phrasing, Rule, is_on_the_web};

pub(super) const MISSING: Rule = Rule {
    code: "missing-picture",
    costs: Costs::Part,
    rule: "a picture that is named is a file in the folder, found by its path from there",
};

pub(super) const UNFIT: Rule = Rule {
    code: "unfit-picture",
    costs: Costs::Part,
    rule: "Telegram takes a photo: a JPEG, PNG or WebP of at most 10 MB, whose sides have at most 10,000 points together \
           and are at most 20 times as long as each other",
};

/// The Bot API's limits for `sendPhoto`.
const LARGEST: u64 = 10 * 1024 * 1024;
const SIDES: usize = 10_000;
const RATIO: usize = 20;

/// What is wrong with the pictures. Those on the web are not looked at.
pub(super) fn check(dir: &Path, knowledge: &Knowledge) -> Vec<Diagnostic> {
    let files = knowledge.pictures().filter(|picture| !is_on_the_web(&picture.text));
    files.filter_map(|picture| fault(dir, picture)).collect()
}

fn fault(dir: &Path, picture: &Phrasing) -> Option<Diagnostic> {
    let path = dir.join(&picture.text);
    let found = |rule: &Rule, message: String, help: String| {
        Some(Diagnostic {
            severity: rule.severity(),
            code: rule.code,
            message,
            primary: Label {
                path: picture.location.path.to_string(),
                span: picture.location.span.clone(),
                text: "this picture".into(),
            },
            context: Vec::new(),
            help: Some(help),
        })
    };
    let name = &picture.text;
    let metadata = match fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return found(&MISSING, format!("`{name}` is not a file"), "name a picture in it".into()),
        Err(_) => {
            let help = match beside(dir, picture) {
                Some(path) => format!("paths begin at the folder: write it as `{path}`"),
                None => format!("put it at {}, or take the key out", shown(&path)),
            };
            return found(&MISSING, format!("there is no picture `{name}` in the folder"), help);
        }
    };
    if metadata.len() > LARGEST {
        let megabytes = metadata.len() / (1024 * 1024);
        let message = format!("`{name}` has {megabytes} MB; Telegram takes photos of at most 10 MB");
        return found(&UNFIT, message, "save it smaller, for example 1,600 points wide".into());
    }
    let as_photo = "save it as JPEG, PNG or WebP";
    let size = match imagesize::size(&path) {
        Ok(size) => size,
        Err(ImageError::IoError(error)) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            let message = format!("`{name}` cannot be read: {error}");
            return found(&MISSING, message, "see that the bot may read it".into());
        }
        Err(_) => {
            let message =
                format!("`{name}` is not a picture, or is damaged, or of a kind that Telegram does not show");
            return found(&UNFIT, message, as_photo.into());
        }
    };
    if !matches!(kind(&path), Some(ImageType::Jpeg | ImageType::Png | ImageType::Webp)) {
        return found(
            &UNFIT,
            format!("`{name}` is another kind of picture than its name says"),
            as_photo.into(),
        );
    }
    let (width, height) = (size.width, size.height);
    if width + height > SIDES {
        let message = format!(
            "`{name}` is {width} × {height} points large; Telegram takes {SIDES} for both sides together"
        );
        return found(&UNFIT, message, "save it smaller, for example 1,600 points wide".into());
    }
    let is_strip = width > RATIO * height || height > RATIO * width;
    is_strip
        .then(|| {
            let message = format!(
                "`{name}` is {width} × {height} points large; Telegram takes no photo with one side over {RATIO} \
                 times as long as the other"
            );
            found(&UNFIT, message, "cut it, or put it on a wider background".into())
        })
        .flatten()
}

fn kind(path: &Path) -> Option<ImageType> {
    use std::io::Read as _;
    let mut head = Vec::new();
    fs::File::open(path).ok()?.take(64).read_to_end(&mut head).ok()?;
    imagesize::image_type(&head).ok()
}

/// The path of a picture relative to the file that names it.
fn beside(dir: &Path, picture: &Phrasing) -> Option<String> {
    let file: PathBuf = Path::new(picture.location.path.as_ref()).parent()?.join(&picture.text);
    let inside = file.is_file().then(|| file.strip_prefix(dir).ok().map(Path::to_owned))??;
    Some(shown(&inside))
}
