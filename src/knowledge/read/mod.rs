//! TOML → [`Draft`]: each table is read by itself, so that a broken one costs no other.

mod explain;
mod fields;
mod slips;
mod syntax;
mod top;

use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};

use super::draft::{
    Bot, Declared, Draft, Entry, Expect, Figure, Item, OutOfScope, PhrasingList, Place, Quiz, SmallTalk, Term,
};
use super::findings::{Costs, Findings, Rule};
use super::nearest::did_you_mean;
use super::{Id, Source};
use fields::Fields;
pub(crate) use fields::slug;
pub use top::file_language;
pub(super) use top::{UNKNOWN, report_unknown};

pub(super) const RULES: &[Rule] = &[
    syntax::TOML_SYNTAX,
    UNKNOWN_TABLE,
    SINGLE_BRACKETS,
    SECOND_BOT,
    fields::UNKNOWN_KEY,
    fields::MISSING_KEY,
    fields::WRONG_TYPE,
    fields::EMPTY_TEXT,
    fields::ENDLESS_TEXT,
    fields::INVALID_ID,
    fields::INVALID_DATE,
    fields::INVALID_CHOICE,
    top::MISPLACED,
];

const UNKNOWN_TABLE: Rule =
    Rule { code: "unknown-table", costs: Costs::Part, rule: "a file holds only tables that the bot knows" };

const SINGLE_BRACKETS: Rule = Rule {
    code: "single-brackets",
    costs: Costs::Part,
    rule: "what may come many times stands in double brackets, what comes once in single ones",
};

const SECOND_BOT: Rule =
    Rule { code: "second-bot", costs: Costs::Part, rule: "`[bot]` comes once in a folder" };

/// The tables that may come many times: `[[entry]]`.
pub(super) const MANY: [&str; 7] =
    ["entry", "term", "figure", "quiz", "out_of_scope", "small_talk", "expect"];

/// The values of `order` in a `[[quiz]]`.
const ORDERS: [&str; 3] = ["shuffled", "sorted", "fixed"];

/// The values of `difficulty` in a `[[quiz]]`.
const DIFFICULTIES: [&str; 3] = ["easy", "medium", "hard"];

/// The tables that come once in a file: `[bot]`.
pub(super) const ONCE: [&str; 3] = ["bot", "synonyms", "phrasings"];

/// Reads all files: those that name a language at their top into a draft of its own.
pub(super) fn read(sources: &[Source], findings: &mut Findings<'_>) -> Draft {
    let mut main = Draft::default();
    let mut drafts: Vec<Draft> = Vec::new();
    for (file, source) in sources.iter().enumerate() {
        let parts = syntax::parts(file, &source.text, findings);
        let draft = match top::language(file, &source.text, &parts, findings) {
            top::Named::Nothing => &mut main,
            top::Named::Language(language) => {
                let known = drafts.iter().position(|it| it.language == Some(language));
                let index = known.unwrap_or_else(|| {
                    drafts.push(Draft { language: Some(language), ..Draft::default() });
                    drafts.len() - 1
                });
                &mut drafts[index]
            }
            // Which entries these are in which language cannot be known.
            top::Named::Unknown => &mut Draft::default(),
        };
        for part in parts {
            match part {
                syntax::Part::Clean(document) => read_document(&document, draft, findings),
                syntax::Part::Broken { ids } => draft.lost.extend(ids),
            }
        }
    }
    let mut main = top::main_draft(main, drafts, findings);
    main.attach_phrasings();
    main.translations.iter_mut().for_each(Draft::attach_phrasings);
    main
}

/// A parsed file, or a part of one, and its place.
pub(super) struct Document<'i> {
    file: usize,
    /// Added to all spans.
    offset: usize,
    /// The end of the part in the file.
    end: usize,
    table: DeTable<'i>,
}

impl Document<'_> {
    fn place<T>(&self, spanned: &TomlSpanned<T>) -> Place {
        let span = spanned.span();
        Place { file: self.file, span: span.start + self.offset..span.end + self.offset }
    }
}

/// Reads the tables of one document in the order they are written in.
fn read_document(document: &Document<'_>, draft: &mut Draft, findings: &mut Findings<'_>) {
    let mut tables: Vec<(Place, &str, &DeTable<'_>)> = Vec::new();
    let mut stray: Option<(Place, &str)> = None;
    for (key, value) in &document.table {
        let name = key.get_ref().as_ref();
        let many = MANY.contains(&name);
        match value.get_ref() {
            DeValue::Table(_) | DeValue::Array(_)
                if !many && !ONCE.contains(&name) && name != top::LANGUAGE =>
            {
                let message = format!("there is no table `{name}`");
                let finding = findings.report(&UNKNOWN_TABLE, &document.place(key), "not known", message);
                if let Some(help) = did_you_mean(name, MANY.into_iter().chain(ONCE).chain([top::LANGUAGE])) {
                    finding.help(help);
                }
                draft.lost.extend(ids_within(value.get_ref()));
            }
            // It has been read with the file.
            _ if name == top::LANGUAGE && document.offset == 0 => {}
            _ if !many && !ONCE.contains(&name) => {
                let place = document.place(key);
                if stray.as_ref().is_none_or(|(first, _)| place.span.start < first.span.start) {
                    stray = Some((place, name));
                }
            }
            DeValue::Array(array) if many => {
                for element in array.iter() {
                    match element.get_ref() {
                        DeValue::Table(table) => tables.push((document.place(element), name, table)),
                        _ => wrong_brackets(document.place(element), name, findings),
                    }
                }
            }
            DeValue::Table(table) => {
                if many {
                    wrong_brackets(document.place(value), name, findings);
                }
                tables.push((document.place(value), name, table));
            }
            DeValue::Array(array) => {
                wrong_brackets(document.place(value), name, findings);
                for element in array.iter() {
                    if let DeValue::Table(table) = element.get_ref() {
                        tables.push((document.place(element), name, table));
                    }
                }
            }
            _ => wrong_brackets(document.place(key), name, findings),
        }
    }
    if let Some((place, name)) = stray {
        let message = format!("the key `{name}` stands outside of any table");
        findings
            .report(&UNKNOWN_TABLE, &place, "belongs to nothing", message)
            .help("begin a table on a line of its own above it, such as `[[entry]]`");
    }
    tables.sort_by_key(|(place, ..)| place.span.start);
    for (index, (header, name, table)) in tables.iter().enumerate() {
        let end = tables.get(index + 1).map_or(document.end, |(next, ..)| next.span.start);
        let extent = Place { file: document.file, span: header.span.start..end };
        read_table(Fields::new(document, header, name, table), extent, draft, findings);
    }
}

/// The ids in a table, or in a list of them.
fn ids_within(value: &DeValue<'_>) -> Vec<String> {
    let tables = match value {
        DeValue::Array(array) => array.iter().filter_map(|it| it.get_ref().as_table()).collect(),
        other => Vec::from_iter(other.as_table()),
    };
    tables.iter().filter_map(|it| Some(it.get("id")?.get_ref().as_str()?.to_string())).collect()
}

fn wrong_brackets(place: Place, name: &str, findings: &mut Findings<'_>) {
    let brackets = if MANY.contains(&name) { format!("[[{name}]]") } else { format!("[{name}]") };
    let message = format!("`{name}` is written as `{brackets}`");
    findings
        .report(&SINGLE_BRACKETS, &place, "not written like this", message)
        .help(format!("write `{brackets}` on a line of its own, and its keys below it"));
}

/// Reads one table into its list.
fn read_table(mut fields: Fields<'_, '_>, extent: Place, draft: &mut Draft, findings: &mut Findings<'_>) {
    /// Adds the table to its list when it is complete.
    fn keep<T>(list: &mut Vec<Item<T>>, extent: Place, header: Place, value: Option<T>) {
        list.extend(value.map(|value| Item { extent, header, value }));
    }
    let header = fields.header().clone();
    if let Some(id) = fields.peek("id") {
        // An invalid one may be referred to by the id that it is to become.
        for id in std::iter::once(id.to_string()).chain((!Id::is_id(id)).then(|| slug(id))) {
            draft.declared.push(Declared { table: fields.name().to_string(), id });
        }
    }
    match fields.name() {
        "entry" => keep(&mut draft.entries, extent, header, entry(&mut fields, findings)),
        "term" => keep(&mut draft.terms, extent, header, term(&mut fields, findings)),
        "figure" => keep(&mut draft.figures, extent, header, figure(&mut fields, findings)),
        "quiz" => keep(&mut draft.quiz, extent, header, quiz(&mut fields, findings)),
        "out_of_scope" => keep(&mut draft.out_of_scope, extent, header, out_of_scope(&mut fields, findings)),
        "small_talk" => keep(&mut draft.small_talk, extent, header, small_talk(&mut fields, findings)),
        "expect" => keep(&mut draft.expectations, extent, header, expect(&mut fields, findings)),
        "synonyms" => draft.synonyms.extend(fields.groups("groups", findings)),
        // Its keys are ids.
        "phrasings" => {
            let lists = fields.lists(findings).into_iter();
            return draft.phrasings.extend(lists.map(|(id, texts)| PhrasingList { id, texts }));
        }
        _ => {
            let value = bot(&mut fields, findings);
            if draft.language.is_some() {
                value.language.first().into_iter().for_each(|code| top::misplaced(code, findings));
            }
            match &draft.bot {
                Some(first) => second_bot(&first.header, &header, findings),
                None => draft.bot = Some(Item { extent, header, value }),
            }
        }
    }
    fields.finish(findings);
}

fn second_bot(first: &Place, second: &Place, findings: &mut Findings<'_>) {
    findings
        .report(&SECOND_BOT, second, "a second one", "the folder has more than one `[bot]`")
        .context(first, "the first one")
        .help("keep one of them, with all the keys; one for each language may stand in files that name it");
}

fn entry(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<Entry> {
    let id = fields.id("id", findings);
    let question = fields.text("question", findings);
    let phrasings = fields.texts("phrasings", findings);
    let answer = fields.text("answer", findings);
    let related = fields.texts("related", findings);
    let section = fields.optional_text("section", findings);
    let picture = fields.optional_text("picture", findings);
    Some(Entry { id: id?, question: question?, phrasings, answer: answer?, related, section, picture })
}

fn term(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<Term> {
    let id = fields.id("id", findings);
    let name = fields.text("name", findings);
    let also = fields.texts("also", findings);
    let phrasings = fields.texts("phrasings", findings);
    let definition = fields.text("definition", findings);
    let related = fields.texts("related", findings);
    let section = fields.optional_text("section", findings);
    let picture = fields.optional_text("picture", findings);
    let quiz = fields.flag("quiz", true, findings);
    Some(Term {
        id: id?,
        name: name?,
        also,
        phrasings,
        definition: definition?,
        related,
        section,
        picture,
        quiz,
    })
}

fn figure(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<Figure> {
    let id = fields.id("id", findings);
    let value = fields.text("value", findings);
    let what = fields.text("what", findings);
    let entry = fields.optional_text("entry", findings);
    let as_of = fields.date("as_of", findings);
    let review_by = fields.date("review_by", findings);
    let quiz = fields.flag("quiz", true, findings);
    Some(Figure { id: id?, value: value?, what: what?, entry, as_of, review_by, quiz })
}

fn quiz(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<Quiz> {
    let prompt = fields.text("prompt", findings);
    let correct = fields.required_one_or_more("correct", findings);
    let distractors = fields.texts("distractors", findings);
    let options = fields.texts("options", findings);
    let order = fields.choice("order", &ORDERS, findings);
    let difficulty = fields.choice("difficulty", &DIFFICULTIES, findings);
    let guess = fields.flag("guess", false, findings);
    let tags = fields.texts("tags", findings);
    let explanation = fields.optional_text("explanation", findings);
    let entry = fields.optional_text("entry", findings);
    let picture = fields.optional_text("picture", findings);
    let explanation_picture = fields.optional_text("explanation_picture", findings);
    Some(Quiz {
        prompt: prompt?,
        correct: correct?,
        distractors,
        options,
        order,
        difficulty,
        guess,
        tags,
        explanation,
        entry,
        picture,
        explanation_picture,
    })
}

fn out_of_scope(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<OutOfScope> {
    let id = fields.id("id", findings);
    let examples = fields.texts("examples", findings);
    let reply = fields.text("reply", findings);
    Some(OutOfScope { id: id?, examples, reply: reply? })
}

fn small_talk(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<SmallTalk> {
    let id = fields.id("id", findings);
    let examples = fields.texts("examples", findings);
    let reply = fields.text("reply", findings);
    Some(SmallTalk { id: id?, examples, reply: reply? })
}

fn expect(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Option<Expect> {
    let ask = fields.text("ask", findings);
    let entry = fields.text("entry", findings);
    Some(Expect { ask: ask?, entry: entry? })
}

fn bot(fields: &mut Fields<'_, '_>, findings: &mut Findings<'_>) -> Bot {
    Bot {
        name: fields.optional_text("name", findings),
        source: fields.optional_text("source", findings),
        greeting: fields.optional_text("greeting", findings),
        language: fields.one_or_more("language", findings),
        texts: fields.map("texts", findings).unwrap_or_default(),
    }
}
