//! HTML, as browsers read it, becomes the small Markdown of answers; the headings of a page become questions.

use std::collections::BTreeSet;

use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use super::picture::Picture;
use super::text::{Rich, plain, rich};
use super::{At, Finding, Import, Item};
use crate::knowledge::fill::literal;

/// A node of the page.
type NodeRef<'h> = ego_tree::NodeRef<'h, Node>;

/// A piece of HTML as Markdown.
pub(super) fn to_markdown(html: &str) -> Rich {
    let document = Html::parse_fragment(html);
    let mut writer = Writer::default();
    writer.children(*document.root_element());
    writer.finish()
}

/// A piece of HTML as text.
pub(super) fn to_text(html: &str) -> String {
    let html = html.replace("<br", " <br").replace("</p>", " </p>").replace("</div>", " </div>");
    Html::parse_fragment(&html).root_element().text().collect()
}

/// Reads a page: its schema.org data, `<dl>` and `<details>`, or headings with the content below them.
pub(super) fn read(name: &str, html: &str, out: &mut Import) {
    let document = Html::parse_document(html);
    let n_before = out.items.len();
    structured(name, &document, out);
    if out.items.len() > n_before {
        return;
    }
    let mut page = Page::default();
    page.children(*document.root_element());
    page.finish(name, out);
    if out.items.len() == n_before && out.findings.iter().all(|it| it.at.file != name) {
        let message = "no question was found: a heading, a <dt> or a <summary> with text below it is one";
        out.findings.push(Finding::error(At::new(name, ""), message));
    }
}

/// The questions that a page declares for search engines (schema.org `FAQPage`).
fn structured(name: &str, document: &Html, out: &mut Import) {
    let scripts = Selector::parse(r#"script[type="application/ld+json"]"#).expect("the selector is right");
    for script in document.select(&scripts) {
        let text: String = script.text().collect();
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        questions(name, &json, out);
    }
}

fn questions(name: &str, json: &serde_json::Value, out: &mut Import) {
    match json {
        serde_json::Value::Array(list) => list.iter().for_each(|it| questions(name, it, out)),
        serde_json::Value::Object(map) if map.get("@type").is_some_and(|it| it == "Question") => {
            let question = map.get("name").and_then(|it| it.as_str()).unwrap_or_default();
            let answer = map.get("acceptedAnswer").and_then(|it| it.get("text")).and_then(|it| it.as_str());
            let answer = rich(answer.unwrap_or_default());
            let question = plain(question);
            push(name, Pair { question, answer, section: String::new() }, out);
        }
        serde_json::Value::Object(map) => map.values().for_each(|it| questions(name, it, out)),
        _ => {}
    }
}

/// A question with its answer, both ready for a folder.
struct Pair {
    question: String,
    answer: Rich,
    section: String,
}

fn push(name: &str, pair: Pair, out: &mut Import) {
    let at = At::new(name, format!("“{}”", pair.question));
    if pair.question.is_empty() || pair.answer.text.is_empty() {
        let what =
            if pair.question.is_empty() { "a question without words" } else { "this question has no answer" };
        out.findings.push(Finding::error(at, what));
        return;
    }
    if !pair.answer.lost.is_empty() {
        out.findings.push(Finding::warning(at.clone(), format!("lost: {}", pair.answer.lost.join(", "))));
    }
    let item = Item::new("entry", at)
        .with("question", pair.question)
        .with("picture", pair.answer.picture())
        .with("answer", pair.answer.text)
        .with("section", pair.section);
    out.items.push(item);
}

/// A page, cut at its headings.
#[derive(Default)]
struct Page {
    parts: Vec<Part>,
    /// Pairs that the page marks as such, with the heading they are under.
    pairs: Vec<(Option<usize>, Pair)>,
}

struct Part {
    level: u8,
    heading: String,
    body: Writer,
    /// The note that faqbot itself left there when it wrote the page.
    note: Option<toml::Table>,
}

/// Elements that are on every page and in no answer.
const FURNITURE: [&str; 13] = [
    "script", "style", "nav", "header", "footer", "aside", "head", "form", "noscript", "template", "svg",
    "button", "select",
];

impl Page {
    fn children(&mut self, node: NodeRef<'_>) {
        node.children().for_each(|child| self.node(child));
    }

    fn node(&mut self, node: NodeRef<'_>) {
        if let (Some(comment), Some(part)) = (node.value().as_comment(), self.parts.last_mut()) {
            let note = comment.trim().strip_prefix("faqbot ").map(serde_json::from_str);
            part.note = note.and_then(Result::ok).or(part.note.take());
            return;
        }
        let Some(element) = node.value().as_element() else {
            if let Some(part) = self.parts.last_mut() {
                part.body.node(node);
            }
            return;
        };
        let name = element.name();
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                self.parts.push(Part { level, heading: heading(node), body: Writer::default(), note: None });
            }
            "dl" => self.definitions(node),
            "details" => self.details(node),
            _ if FURNITURE.contains(&name) => {}
            // Elements that may hold headings are searched; everything else is part of an answer.
            "html" | "body" | "main" | "article" | "section" | "div" | "center" => {
                if let Some(part) = self.parts.last_mut() {
                    part.body.block();
                }
                self.children(node);
            }
            _ => {
                if let Some(part) = self.parts.last_mut() {
                    part.body.node(node);
                }
            }
        }
    }

    /// `<dt>` asks, the `<dd>` after it answers.
    fn definitions(&mut self, list: NodeRef<'_>) {
        let mut open: Option<(String, Writer)> = None;
        let mut found = Vec::new();
        for node in list.descendants() {
            match node.value().as_element().map(Element::name) {
                Some("dt") => found.extend(open.replace((heading(node), Writer::default()))),
                Some("dd") => {
                    if let Some((_, answer)) = &mut open {
                        answer.block();
                        answer.children(node);
                    }
                }
                _ => {}
            }
        }
        found.extend(open);
        for (question, answer) in found {
            self.pair(question, answer);
        }
    }

    /// `<summary>` asks, the rest of `<details>` answers.
    fn details(&mut self, details: NodeRef<'_>) {
        let is =
            |node: &NodeRef<'_>, name: &str| node.value().as_element().is_some_and(|it| it.name() == name);
        let Some(summary) = details.children().find(|it| is(it, "summary")) else { return };
        let mut answer = Writer::default();
        details.children().filter(|it| !is(it, "summary")).for_each(|it| answer.node(it));
        self.pair(heading(summary), answer);
    }

    fn pair(&mut self, question: String, answer: Writer) {
        let pair = Pair { question, answer: answer.finish().ready(), section: String::new() };
        self.pairs.push((self.parts.len().checked_sub(1), pair));
    }

    fn finish(self, name: &str, out: &mut Import) {
        if self.parts.iter().any(|it| it.note.is_some()) {
            return self.own(name, out);
        }
        let headings: Vec<(u8, String)> =
            self.parts.iter().map(|it| (it.level, it.heading.clone())).collect();
        let above = |index: usize, level: u8| {
            let above = headings[..index].iter().rev().find(|(it, _)| *it < level);
            // The title of the page says nothing about any one of its questions.
            above.filter(|(it, _)| *it > 1).map(|(_, heading)| heading.clone()).unwrap_or_default()
        };
        if !self.pairs.is_empty() {
            for (under, pair) in self.pairs {
                let section = under.map(|index| headings[index].clone()).filter(|(level, _)| *level > 1);
                let section = section.map(|(_, heading)| heading).unwrap_or_default();
                push(name, Pair { section, ..pair }, out);
            }
            return;
        }
        let bodies: Vec<(usize, u8, Rich)> = self
            .parts
            .into_iter()
            .enumerate()
            .map(|(n, it)| (n, it.level, it.body.finish().ready()))
            .collect();
        let with_text = |level: u8| bodies.iter().filter(|it| it.1 == level && !it.2.text.is_empty()).count();
        // Most questions are on one level; a heading that asks is a question wherever it is.
        let usual = (1..=6).max_by_key(|level| (with_text(*level), *level)).unwrap_or(2);
        for (index, level, answer) in bodies {
            let question = headings[index].1.clone();
            let asks = question.trim_end().ends_with(['?', '？', '؟', ';']);
            if !asks && level != usual {
                if !answer.text.is_empty() {
                    let message = "left out: this text is below a heading that is not a question";
                    out.findings.push(Finding::warning(At::new(name, format!("“{question}”")), message));
                }
                continue;
            }
            // A heading with nothing below it, before deeper ones, is a section.
            let is_section = answer.text.is_empty() && headings.get(index + 1).is_some_and(|it| it.0 > level);
            if !is_section {
                let section = above(index, level);
                push(name, Pair { question, answer, section }, out);
            }
        }
    }
}

impl Page {
    /// A page that faqbot has written: a heading with a note is a table, one without is a section.
    fn own(self, name: &str, out: &mut Import) {
        let mut section = String::new();
        for part in self.parts {
            let Rich { text, .. } = part.body.finish();
            let Some(note) = part.note else {
                section = if part.level == 1 { String::new() } else { part.heading };
                continue;
            };
            let (table, title, answer) = match note.get("table").and_then(toml::Value::as_str) {
                Some("term") => ("term", "name", "definition"),
                _ => ("entry", "question", "answer"),
            };
            let mut item = Item::new(table, At::new(name, format!("“{}”", part.heading)))
                .with(title, part.heading)
                .with(answer, literal(&text))
                .with("section", section.clone());
            for (key, value) in note.into_iter().filter(|(key, _)| key != "table") {
                item = item.with(&key, value);
            }
            out.items.push(item);
        }
    }
}

/// A heading's words.
fn heading(node: NodeRef<'_>) -> String {
    let text: String = ElementRef::wrap(node).map(|it| it.text().collect()).unwrap_or_default();
    // Page makers put a sign for the link to it at the end.
    literal(text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['¶', '#']).trim())
}

/// Writes Markdown.
#[derive(Default)]
struct Writer {
    out: String,
    lost: BTreeSet<&'static str>,
    /// The lists around, with the number of the next item.
    lists: Vec<Option<usize>>,
    is_pre: bool,
    picture: Option<Picture>,
}

impl Writer {
    fn finish(self) -> Rich {
        let lines = self.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let text = lines.trim().trim_end_matches('\\').trim_end().to_owned();
        Rich { text, picture: self.picture, lost: self.lost.into_iter().collect() }
    }

    fn children(&mut self, node: NodeRef<'_>) {
        node.children().for_each(|child| self.node(child));
    }

    fn node(&mut self, node: NodeRef<'_>) {
        match node.value() {
            Node::Text(text) => self.text(text),
            Node::Element(element) => self.element(node, element),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_pre {
            return self.out.push_str(text);
        }
        // Word writes a list as paragraphs that begin with a dot.
        let text = match text.trim_start().strip_prefix(['·', '•', '▪']) {
            Some(rest) if self.out.is_empty() || self.out.ends_with('\n') => {
                &format!("- {}", rest.trim_start())
            }
            _ => text,
        };
        for (n, word) in text.split([' ', '\n', '\t', '\r', '\u{a0}']).enumerate() {
            if n > 0 && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
            let is_sign = word == "*";
            self.out.push_str(&if is_sign {
                word.into()
            } else {
                word.replace('*', "\\*").replace('`', "\\`")
            });
        }
    }

    fn element(&mut self, node: NodeRef<'_>, element: &Element) {
        let style = element.attr("style").unwrap_or_default().replace(' ', "").to_lowercase();
        let is_styled = |wanted: &str| style.split(';').any(|it| it == wanted);
        match element.name() {
            "script" | "style" | "head" | "template" | "title" => {}
            "br" => self.line_break(),
            "hr" => self.block(),
            "b" | "strong" if is_styled("font-weight:normal") => self.children(node),
            "b" | "strong" => self.marked(node, "**"),
            "i" | "em" | "cite" | "dfn" => self.marked(node, "*"),
            "s" | "del" | "strike" => self.marked(node, "~~"),
            "span" if is_styled("font-weight:700") || is_styled("font-weight:bold") => {
                self.marked(node, "**");
            }
            "span" if is_styled("font-style:italic") => self.marked(node, "*"),
            "code" | "kbd" | "samp" | "tt" if !self.is_pre => {
                let text: String = ElementRef::wrap(node).map(|it| it.text().collect()).unwrap_or_default();
                if !text.trim().is_empty() {
                    self.out.push_str(&format!("`{}`", text.trim()));
                }
            }
            "pre" => {
                self.block();
                self.out.push_str("```\n");
                self.is_pre = true;
                self.children(node);
                self.is_pre = false;
                self.out.push_str("\n```");
                self.block();
            }
            "a" => self.link(node, element),
            "img" => self.image(node, element),
            "ul" | "ol" => {
                if self.lists.is_empty() {
                    self.block();
                }
                self.lists.push((element.name() == "ol").then_some(1));
                self.children(node);
                self.lists.pop();
                if self.lists.is_empty() {
                    self.block();
                }
            }
            "li" => {
                let depth = self.lists.len().saturating_sub(1);
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".into(),
                };
                self.line();
                self.out.push_str(&format!("{}{bullet}", "   ".repeat(depth)));
                self.children(node);
            }
            "blockquote" => {
                let quoted = self.apart(node);
                self.block();
                for line in quoted.lines() {
                    self.out.push_str(format!("> {line}").trim_end());
                    self.out.push('\n');
                }
                self.block();
            }
            "table" => self.table(node),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                self.marked(node, "**");
                self.block();
            }
            "p" | "div" | "section" | "article" | "dd" | "dt" | "figure" | "details" => {
                // In an item of a list the first paragraph goes on behind the bullet.
                let behind_bullet = self.out.ends_with("- ") || self.out.ends_with(". ");
                if !behind_bullet || self.lists.is_empty() {
                    self.block();
                }
                self.children(node);
                if self.lists.is_empty() {
                    self.block();
                }
            }
            "video" | "audio" | "iframe" | "object" | "embed" => {
                self.lost.insert("a video or an embedded page");
            }
            "form" | "input" | "button" | "select" | "textarea" => {
                self.lost.insert("a form");
            }
            "u" | "ins" | "sup" | "sub" | "font" | "mark" | "small" | "big" => {
                self.lost.insert("underlining, small or coloured letters");
                self.children(node);
            }
            _ => self.children(node),
        }
    }

    /// A break within a paragraph; at its end it has no effect.
    fn line_break(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push_str(if self.is_pre || self.out.is_empty() || self.out.ends_with('\n') {
            "\n"
        } else {
            "\\\n"
        });
    }

    /// Ends the line, unless nothing is on it.
    fn line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        if self.out.ends_with("\\\n") {
            // A break at the end of a paragraph has no effect.
            self.out.truncate(end - 2);
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Begins a paragraph.
    fn block(&mut self) {
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// What a node says, written by itself.
    fn apart(&mut self, node: NodeRef<'_>) -> String {
        let picture = self.picture.take();
        let mut inner = Writer { is_pre: self.is_pre, picture, ..Writer::default() };
        inner.children(node);
        let Rich { text, picture, lost } = inner.finish();
        self.picture = picture;
        self.lost.extend(lost);
        text
    }

    fn marked(&mut self, node: NodeRef<'_>, mark: &str) {
        let text: String = ElementRef::wrap(node).map(|it| it.text().collect()).unwrap_or_default();
        let inner = self.apart(node);
        if text.starts_with(char::is_whitespace) && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        match inner.as_str() {
            "" => {}
            // Marks neither span paragraphs nor nest in the same marks.
            _ if inner.contains("\n\n") || inner.contains(mark) => self.out.push_str(&inner),
            _ => self.out.push_str(&format!("{mark}{inner}{mark}")),
        }
        if text.ends_with(char::is_whitespace) && !inner.is_empty() {
            self.out.push(' ');
        }
    }

    fn link(&mut self, node: NodeRef<'_>, element: &Element) {
        let words = self.apart(node);
        let url = element.attr("href").unwrap_or_default().trim();
        let works = ["https://", "http://", "tg://"].iter().any(|scheme| url.starts_with(scheme));
        if words.is_empty() {
            return;
        }
        if !works {
            let address = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:"));
            self.out.push_str(&words);
            match address {
                Some(address) if !words.contains(address) => self.out.push_str(&format!(" ({address})")),
                None if !url.is_empty() && !url.starts_with('#') => {
                    self.lost.insert("a link without https://");
                }
                _ => {}
            }
            return;
        }
        let url = url.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
        self.out.push_str(&format!("[{}]({url})", words.replace('\n', " ")));
    }

    /// The first picture that is not part of a sentence comes with the answer.
    fn image(&mut self, node: NodeRef<'_>, element: &Element) {
        let described = element.attr("alt").unwrap_or_default().trim();
        let picture = Picture::at(element.attr("src").unwrap_or_default(), described);
        if let Some(picture) =
            picture.filter(|_| self.picture.is_none() && !is_icon(element) && !is_in_a_sentence(node))
        {
            self.picture = Some(picture);
            return;
        }
        self.lost.insert("a picture");
        if !described.is_empty() {
            self.text(&format!("[{described}]"));
        }
    }

    /// A Markdown table: the first row is its head.
    fn table(&mut self, table: NodeRef<'_>) {
        self.block();
        let is = |node: &NodeRef<'_>, names: &[&str]| {
            node.value().as_element().is_some_and(|it| names.contains(&it.name()))
        };
        for (n, row) in table.descendants().filter(|it| is(it, &["tr"])).enumerate() {
            let cells: Vec<String> = row
                .children()
                .filter(|it| is(it, &["td", "th"]))
                .map(|cell| {
                    let text = self.apart(cell);
                    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
                })
                .collect();
            self.out.push_str(&format!("| {} |\n", cells.join(" | ")));
            if n == 0 {
                self.out.push_str(&format!("|{}\n", "---|".repeat(cells.len())));
            }
        }
        self.block();
    }
}

/// A picture of this size, in points, or a smaller one is a sign between words.
const ICON: u32 = 32;

fn is_icon(image: &Element) -> bool {
    let is_small =
        |side| image.attr(side).and_then(|it| it.trim().parse::<u32>().ok()).is_some_and(|it| it <= ICON);
    is_small("width") || is_small("height")
}

/// Whether a sentence goes on behind an image, or has not ended before it.
fn is_in_a_sentence(image: NodeRef<'_>) -> bool {
    const INLINE: [&str; 9] = ["a", "span", "picture", "strong", "b", "em", "i", "u", "figure"];
    let mut node = image;
    loop {
        let behind = node.next_siblings().map(Beside::of).find(|it| *it != Beside::Nothing);
        if behind.is_some_and(|it| it.goes_on()) {
            return true;
        }
        let before = node.prev_siblings().map(Beside::of).find(|it| *it != Beside::Nothing);
        if before.is_some_and(|it| it.is_open()) {
            return true;
        }
        match node.parent() {
            Some(parent) if parent.value().as_element().is_some_and(|it| INLINE.contains(&it.name())) => {
                node = parent;
            }
            _ => return false,
        }
    }
}

/// What stands beside an image.
#[derive(PartialEq, Eq)]
enum Beside {
    /// Spaces and comments.
    Nothing,
    /// A break or a block.
    Break,
    Words(String),
}

impl Beside {
    fn of(node: NodeRef<'_>) -> Beside {
        let words = match node.value() {
            Node::Text(text) => text.to_string(),
            Node::Element(element)
                if ["a", "b", "strong", "i", "em", "u", "code", "span"].contains(&element.name()) =>
            {
                ElementRef::wrap(node).map(|it| it.text().collect()).unwrap_or_default()
            }
            Node::Element(_) => return Beside::Break,
            _ => String::new(),
        };
        match words.trim() {
            "" if words.contains('\n') => Beside::Break,
            "" => Beside::Nothing,
            _ => Beside::Words(words),
        }
    }

    fn goes_on(&self) -> bool {
        matches!(self, Beside::Words(words) if !words.trim_start_matches(' ').starts_with('\n'))
    }

    fn is_open(&self) -> bool {
        const ENDS: [char; 8] = ['.', ':', '!', '?', '。', '：', '！', '？'];
        matches!(self, Beside::Words(words) if !words.trim_end_matches(' ').ends_with('\n') && !words.trim_end().ends_with(ENDS))
    }
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[track_caller]
    fn check(html: &str, expected: &str, lost: &[&str]) {
        let rich = to_markdown(html);
        assert_eq!((rich.text.as_str(), rich.lost.as_slice()), (expected, lost));
    }

    /// The picture of an answer, and its text.
    #[track_caller]
    fn check_picture(html: &str, picture: &str, text: &str) {
        let rich = to_markdown(html);
        assert_eq!((rich.picture().as_str(), rich.text.as_str()), (picture, text), "{html}");
    }

    #[test]
    fn a_picture_that_is_not_part_of_a_sentence_comes_with_the_answer() {
        check_picture(
            r#"<p>Here we are:</p><p><img src="map.png" alt="The map"></p>"#,
            "map.png",
            "Here we are:",
        );
        check_picture(r#"<p>Yes. <img src="shot.png"></p>"#, "shot.png", "Yes.");
        check_picture("<p><img src=\"map.png\">\nHere.</p>", "map.png", "Here.");
        check_picture(
            r#"<figure><a href="https://e.org/big"><img src="https://e.org/map.jpg"></a><figcaption>The map</figcaption></figure>"#,
            "https://e.org/map.jpg",
            "The map",
        );
        check_picture(
            r#"<p>Turn the <img src="wheel.png" alt="wheel"> twice.</p>"#,
            "",
            "Turn the [wheel] twice.",
        );
        check_picture(r#"<p>Click <img src="gear.png" alt="gear"></p>"#, "", "Click [gear]");
        check_picture(r#"<p>Done. <img src="ok.png" alt="✓" width="16"></p>"#, "", "Done. [✓]");
        check_picture(
            r#"<p><img src="a.png"></p><p>or</p><p><img src="b.png" alt="B"></p>"#,
            "a.png",
            "or\n\n[B]",
        );
    }

    #[test]
    fn html_becomes_small_markdown() {
        check(
            "<p>We are <b>open </b>daily.</p><p>Not on <i>Sunday</i>.</p>",
            "We are **open** daily.\n\nNot on *Sunday*.",
            &[],
        );
        check("one<br>two &amp; three&nbsp;four<br>", "one\\\ntwo & three four", &[]);
        check(
            "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
            "- a\n   1. b\n   2. c\n- d",
            &[],
        );
        check(r#"<a href="https://e.org/a_(b)">page</a>"#, "[page](https://e.org/a_%28b%29)", &[]);
        check(r#"<a href="/x">page</a>"#, "page", &["a link without https://"]);
        check(
            "<table><tr><th>Day<th>Hours<tr><td>Mon<td>7|18</table>",
            "| Day | Hours |\n|---|---|\n| Mon | 7\\|18 |",
            &[],
        );
        check("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc", &[]);
        check("<pre>let  x\n= 1</pre>", "```\nlet  x\n= 1\n```", &[]);
        check(
            r#"<img src="x.png" alt="The map"><u>x</u>"#,
            "[The map]x",
            &["a picture", "underlining, small or coloured letters"],
        );
        check("2 * 3 and *x", "2 * 3 and \\*x", &[]);
    }

    #[test]
    fn what_a_word_processor_writes_is_read() {
        let word = "<p class=MsoNormal><span style='font-family:Arial'>Open <b style='mso-bidi-font-weight:normal'>daily</b><o:p>&nbsp;</o:p></span></p>\
                    <!--[if !supportLists]--><p class=MsoListParagraph>·<span>&nbsp;&nbsp;</span>rye</p>";
        check(word, "Open **daily**\n\n- rye", &[]);
        let docs =
            r#"<b style="font-weight:normal;"><p><span style="font-weight: 700">Yes</span>, we do.</p></b>"#;
        check(docs, "**Yes**, we do.", &[]);
    }
}
