//! Markdown pages, read as the HTML that they stand for.

use pulldown_cmark::{Options, Parser, html::push_html};

use super::{Import, html};

pub(super) fn read(name: &str, text: &str, out: &mut Import) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut page = String::new();
    push_html(&mut page, Parser::new_ext(text, options));
    html::read(name, &page, out);
}
