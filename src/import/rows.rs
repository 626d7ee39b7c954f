//! Tables of rows and columns: CSV, sheets, and such exports of QnA Maker and Dialogflow.

use std::collections::HashMap;

use toml::Value;
use unicode_normalization::char::is_combining_mark;

use super::picture::Picture;
use super::text::{alternatives, plain, rich};
use super::{At, Finding, Import, Item};
use crate::knowledge::{is_flag, is_list};

/// A table as it was read.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The file, and the sheet where there are several.
    pub(super) file: String,
    pub(super) rows: Vec<Row>,
    pub(super) is_sheet: bool,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Row {
    /// As a person counts them, from 1; for text its line.
    pub(super) number: usize,
    pub(super) cells: Vec<String>,
    /// Cells that hold an error instead of a value, by their column.
    pub(super) broken: Vec<(usize, String)>,
}

/// Which column holds what, as a person specified: `question=A,answer=Text`.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<(Role, String)>);

impl std::str::FromStr for Columns {
    type Err = String;

    fn from_str(written: &str) -> Result<Columns, String> {
        let pairs = written.split(',').filter(|it| !it.trim().is_empty()).map(|pair| {
            let (role, column) = pair.split_once('=').unwrap_or((pair, ""));
            let known = Role::ALL.into_iter().find(|it| it.name() == role.trim().to_lowercase());
            match known {
                Some(role) if !column.trim().is_empty() => Ok((role, column.trim().to_owned())),
                _ => {
                    let names: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
                    Err(format!(
                        "write question=A,answer=B or the names of the columns; known are {}",
                        names.join(", ")
                    ))
                }
            }
        });
        Ok(Columns(pairs.collect::<Result<_, _>>()?))
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    Question,
    Answer,
    Alternatives,
    Topic,
    Wrong,
    Explanation,
    Id,
    Difficulty,
    Tags,
    Picture,
    /// Rows of QnA Maker with one of these are one question.
    Group,
    /// In faqbot's own exports: the name of the table.
    Table,
}

impl Role {
    const ALL: [Role; 10] = [
        Role::Question,
        Role::Answer,
        Role::Alternatives,
        Role::Topic,
        Role::Wrong,
        Role::Explanation,
        Role::Id,
        Role::Difficulty,
        Role::Tags,
        Role::Picture,
    ];

    fn name(self) -> &'static str {
        match self {
            Role::Question => "question",
            Role::Answer => "answer",
            Role::Alternatives => "alternatives",
            Role::Topic => "topic",
            Role::Wrong => "wrong",
            Role::Explanation => "explanation",
            Role::Id => "id",
            Role::Difficulty => "difficulty",
            Role::Tags => "tags",
            Role::Picture => "picture",
            Role::Group => "qnaid",
            Role::Table => "table",
        }
    }

    /// Common names for such a column, in lowercase without other signs.
    fn names(self) -> &'static [&'static str] {
        match self {
            Role::Question => &[
                "question",
                "questions",
                "q",
                "faq",
                "prompt",
                "front",
                "title",
                "frage",
                "fragen",
                "pregunta",
                "question text",
                "domanda",
                "pergunta",
                "вопрос",
                "питання",
                "запитання",
                "pytanie",
                "soru",
                "pertanyaan",
                "السؤال",
                "سؤال",
                "پرسش",
                "سوال",
                "प्रश्न",
                "सवाल",
                "问题",
                "問題",
                "提问",
                "質問",
                "질문",
                "intent",
                "questiontext",
            ],
            Role::Answer => &[
                "answer",
                "answers",
                "a",
                "response",
                "reply",
                "back",
                "correct",
                "correct answer",
                "right answer",
                "antwort",
                "antworten",
                "respuesta",
                "réponse",
                "reponse",
                "risposta",
                "resposta",
                "ответ",
                "відповідь",
                "odpowiedź",
                "cevap",
                "yanıt",
                "jawaban",
                "الجواب",
                "جواب",
                "الإجابة",
                "پاسخ",
                "उत्तर",
                "जवाब",
                "回答",
                "答案",
                "答え",
                "답변",
                "답",
            ],
            Role::Alternatives => &[
                "alternatives",
                "alternative questions",
                "alternate questions",
                "phrasings",
                "variants",
                "variations",
                "other wordings",
                "also asked",
                "utterances",
                "training phrases",
                "alternativen",
                "synonyms",
                "suggestedquestions",
            ],
            Role::Topic => &[
                "topic",
                "topics",
                "category",
                "section",
                "group",
                "subject",
                "thema",
                "kategorie",
                "categoría",
                "catégorie",
                "тема",
                "категория",
                "категорія",
                "konu",
                "kategori",
                "topik",
                "الموضوع",
                "موضوع",
                "विषय",
                "श्रेणी",
                "主题",
                "主題",
                "分类",
                "分類",
                "类别",
                "カテゴリ",
                "주제",
                "분류",
            ],
            Role::Wrong => &[
                "wrong",
                "wrong answer",
                "wrong answers",
                "wrong option",
                "wrong options",
                "distractors",
                "distractor",
                "incorrect",
                "incorrect answers",
                "incorrect answer",
                "falsch",
                "falsche antworten",
            ],
            Role::Explanation => {
                &["explanation", "feedback", "comment", "erklärung", "explicación", "explication"]
            }
            Role::Id => &["id", "key", "slug"],
            Role::Difficulty => &["difficulty", "level"],
            Role::Tags => &["tags", "tag", "labels"],
            Role::Picture => &[
                "picture",
                "image",
                "photo",
                "picture url",
                "image url",
                "bild",
                "imagen",
                "фото",
                "картинка",
            ],
            Role::Group => &["qnaid"],
            Role::Table => &["table"],
        }
    }

    fn of(heading: &str) -> Option<Role> {
        // In Indian scripts marks are part of a word.
        let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        let name: String = heading.to_lowercase().chars().map(|c| if is_part(c) { c } else { ' ' }).collect();
        let words: Vec<&str> = name.split_whitespace().collect();
        let with_number = words.join(" ");
        // "Wrong answer 2" is another wrong answer.
        let name = with_number.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        Role::ALL.into_iter().chain([Role::Group, Role::Table]).find(|role| role.names().contains(&name))
    }
}

/// The table in a text, whatever its cells are separated by.
pub(super) fn grid(file: &str, text: &str) -> Grid {
    let separators = [b',', b';', b'\t', b'|'];
    let start: String = text.split_inclusive('\n').take(60).collect();
    let quality = |separator: &u8| {
        let mut widths: HashMap<usize, usize> = HashMap::new();
        for row in rows(&start, *separator) {
            *widths.entry(row.cells.len()).or_default() += 1;
        }
        let n_rows: usize = widths.values().sum();
        let (width, count) =
            widths.into_iter().max_by_key(|(width, count)| (*count, *width)).unwrap_or((1, 0));
        // Rows that are alike, and more than one column.
        if width > 1 { (count * 1000 / n_rows.max(1), width) } else { (0, 0) }
    };
    let best = separators.iter().rev().max_by_key(|it| quality(it)).copied().unwrap_or(b',');
    Grid { file: file.into(), rows: rows(text, best), is_sheet: false }
}

fn rows(text: &str, separator: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    // Only bytes that are not text could fail, and these are text.
    let records = reader.records().filter_map(Result::ok);
    records
        .map(|record| Row {
            number: record.position().map_or(0, |it| it.line() as usize),
            cells: record.iter().map(str::to_owned).collect(),
            broken: Vec::new(),
        })
        .collect()
}

/// Reads the rows of a table as entries, or as quiz questions where they have wrong answers.
pub(super) fn read(grid: &Grid, columns: &Columns, out: &mut Import) {
    let mut rows =
        grid.rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())).peekable();
    let Some(first) = rows.peek() else {
        return out.findings.push(Finding::error(At::new(&grid.file, ""), "there is no row in this table"));
    };
    let headings: Vec<Option<Role>> = first.cells.iter().map(|cell| Role::of(cell)).collect();
    let has = |role: Role| headings.contains(&Some(role));
    if has(Role::Table) && first.cells[0].trim() == "table" {
        let keys = &rows.next().expect("there is a first row").cells;
        return rows.for_each(|row| own(grid, keys, row, out));
    }
    let (roles, names) = if !columns.0.is_empty() {
        match chosen(columns, first, &headings) {
            Ok((roles, has_heading)) => {
                let names = if has_heading { rows.next().map(|row| row.cells.clone()) } else { None };
                (roles, names.unwrap_or_default())
            }
            Err(message) => return out.findings.push(Finding::error(At::new(&grid.file, ""), message)),
        }
    } else if has(Role::Question) && has(Role::Answer) {
        (headings, rows.next().map(|row| row.cells.clone()).unwrap_or_default())
    } else if grid
        .rows
        .iter()
        .all(|row| row.cells.len() <= 2 || row.cells[2..].iter().all(|it| it.trim().is_empty()))
    {
        // Two columns without a heading, as Dialogflow wants them.
        (vec![Some(Role::Question), Some(Role::Answer)], Vec::new())
    } else {
        let columns: Vec<String> = first
            .cells
            .iter()
            .enumerate()
            .map(|(n, cell)| format!("{} “{}”", letter(n), cell.trim().chars().take(30).collect::<String>()))
            .collect();
        let message = format!(
            "it is not clear which column holds the question and which the answer: name them, for example --columns question=A,answer=B. There are {}",
            columns.join(", ")
        );
        return out.findings.push(Finding::error(At::new(&grid.file, ""), message));
    };
    let mut groups: HashMap<String, usize> = HashMap::new();
    for row in rows {
        Reading { grid, row, roles: &roles, names: &names }.read(&mut groups, out);
    }
}

/// The columns that a person named, by letter or by heading; and whether the first row is one of headings.
fn chosen(
    columns: &Columns,
    first: &Row,
    headings: &[Option<Role>],
) -> Result<(Vec<Option<Role>>, bool), String> {
    let mut roles = vec![None; first.cells.len()];
    let mut has_heading = headings.iter().flatten().count() > 1;
    for (role, column) in &columns.0 {
        let by_name = first.cells.iter().position(|cell| cell.trim().eq_ignore_ascii_case(column));
        let by_letter = (0..first.cells.len()).find(|n| letter(*n).eq_ignore_ascii_case(column));
        has_heading |= by_name.is_some();
        let at = by_name.or(by_letter).ok_or_else(|| format!("there is no column “{column}”"))?;
        roles[at] = Some(*role);
    }
    for role in [Role::Question, Role::Answer] {
        if !roles.contains(&Some(role)) {
            return Err(format!(
                "--columns has to name the column of the {} as well: {}=…",
                role.name(),
                role.name()
            ));
        }
    }
    Ok((roles, has_heading))
}

/// `A`, `B` … `Z`, `AA`.
fn letter(column: usize) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}

/// A row that is being read.
struct Reading<'r> {
    grid: &'r Grid,
    row: &'r Row,
    roles: &'r [Option<Role>],
    /// The headings of the columns.
    names: &'r [String],
}

impl Reading<'_> {
    /// Where a column of this row is.
    fn at(&self, column: Option<usize>) -> At {
        let row = if self.grid.is_sheet { "row" } else { "line" };
        let number = self.row.number;
        let place = match column {
            None => format!("{row} {number}"),
            Some(column) => match self.names.get(column).map(|it| it.trim()).filter(|it| !it.is_empty()) {
                Some(name) => format!("{row} {number}, column {} “{name}”", letter(column)),
                None => format!("{row} {number}, column {}", letter(column)),
            },
        };
        At::new(&self.grid.file, place)
    }

    fn columns(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, it)| **it == Some(role)).map(|(column, _)| column)
    }

    /// The first column of this kind: its place and what is in it.
    fn cell(&self, role: Role) -> (Option<usize>, &str) {
        let column = self.columns(role).next();
        (column, column.and_then(|it| self.row.cells.get(it)).map_or("", |it| it.trim()))
    }

    fn read(&self, groups: &mut HashMap<String, usize>, out: &mut Import) {
        for (column, error) in &self.row.broken {
            if self.roles.get(*column).is_some_and(Option::is_some) {
                let message = format!("this cell holds the error {error} instead of a text");
                return out.findings.push(Finding::error(self.at(Some(*column)), message));
            }
        }
        let (question_column, question) = self.cell(Role::Question);
        let (answer_column, answer) = self.cell(Role::Answer);
        let (_, group) = self.cell(Role::Group);
        if question.is_empty() && answer.is_empty() {
            return;
        }
        if question.is_empty() {
            return out.findings.push(Finding::error(self.at(question_column), "this row has no question"));
        }
        if answer.is_empty() {
            return out.findings.push(Finding::error(self.at(answer_column), "this row has no answer"));
        }
        let list = |role: Role| -> Vec<String> {
            let cells = self.columns(role).filter_map(|it| self.row.cells.get(it));
            cells.flat_map(|cell| self.suggested(cell)).collect()
        };
        let (phrasings, wrong) = (list(Role::Alternatives), list(Role::Wrong));
        let question = plain(question);
        // Rows of QnA Maker repeat the answer for each way to ask.
        if !group.is_empty() && group != "0" {
            let first = groups.entry(group.to_owned()).or_insert(out.items.len());
            if let Some(item) = out.items.get_mut(*first) {
                return add_phrasing(item, question);
            }
        }
        let at = self.at(None);
        let (_, topic) = self.cell(Role::Topic);
        let item = if wrong.is_empty() {
            let escaped = if group.is_empty() { answer.to_owned() } else { answer.replace("\\n", "\n") };
            let answer = rich(&escaped);
            if !answer.lost.is_empty() {
                let message = format!("lost: {}", answer.lost.join(", "));
                out.findings.push(Finding::warning(self.at(answer_column), message));
            }
            let picture = self.picture(out).unwrap_or_else(|| answer.picture());
            let id = plain(self.cell(Role::Id).1);
            Item::new("entry", at)
                .with("id", id)
                .with("question", question)
                .with("phrasings", phrasings)
                .with("answer", answer.text)
                .with("picture", picture)
                .with("section", plain(topic))
        } else {
            let tags: Vec<String> =
                list(Role::Tags).into_iter().chain(Some(plain(topic)).filter(|it| !it.is_empty())).collect();
            let difficulty = self.cell(Role::Difficulty).1.to_lowercase();
            let is_known = ["easy", "medium", "hard"].contains(&difficulty.as_str());
            Item::new("quiz", at)
                .with("prompt", question)
                .with("correct", plain(answer))
                .with("distractors", wrong)
                .with("difficulty", if is_known { difficulty } else { String::new() })
                .with("tags", tags)
                .with("explanation", rich(self.cell(Role::Explanation).1).text)
                .with("picture", self.picture(out).unwrap_or_default())
        };
        out.items.push(item);
    }

    /// The picture that a column of its own names.
    fn picture(&self, out: &mut Import) -> Option<String> {
        let (column, cell) = self.cell(Role::Picture);
        if cell.is_empty() {
            return None;
        }
        let picture = Picture::at(cell, "");
        if picture.is_none() {
            let message = format!(
                "lost: the picture “{cell}”, which is neither a web address nor the path of a .jpg, .png or .webp"
            );
            out.findings.push(Finding::warning(self.at(column), message));
        }
        picture.map(|it| it.name)
    }

    /// The texts in a cell; QnA Maker writes them as a list of JSON.
    fn suggested(&self, cell: &str) -> Vec<String> {
        match serde_json::from_str::<Vec<String>>(cell) {
            Ok(list) => list.iter().map(|it| plain(it)).filter(|it| !it.is_empty()).collect(),
            Err(_) => alternatives(cell),
        }
    }
}

fn add_phrasing(item: &mut Item, phrasing: String) {
    match item.keys.iter_mut().find(|(key, _)| key == "phrasings") {
        Some((_, Value::Array(list))) => list.push(phrasing.into()),
        _ => item.keys.insert(1, ("phrasings".into(), Value::Array(vec![phrasing.into()]))),
    }
}

/// A row as faqbot writes it: a table of the folder, key by key.
fn own(grid: &Grid, keys: &[String], row: &Row, out: &mut Import) {
    let at = At::new(&grid.file, format!("{} {}", if grid.is_sheet { "row" } else { "line" }, row.number));
    let table = row.cells.first().map(|it| it.trim().to_owned()).unwrap_or_default();
    let mut item = Item::new(&table, at.clone());
    for (key, cell) in keys.iter().zip(&row.cells).skip(1) {
        let key = key.trim();
        if key.is_empty() || cell.trim().is_empty() {
            continue;
        }
        let value = if key == "json" {
            match serde_json::from_str::<toml::Table>(cell) {
                Ok(table) => {
                    item.keys.extend(table);
                    continue;
                }
                Err(error) => {
                    return out.findings.push(Finding::error(at, format!("the column “json”: {error}")));
                }
            }
        } else if is_flag(key) {
            Value::Boolean(cell.trim().eq_ignore_ascii_case("true"))
        } else if is_list(key) || key == "correct" && cell.contains('\n') {
            cell.lines().filter(|it| !it.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>().into()
        } else {
            Value::String(cell.clone())
        };
        item.keys.push((key.to_owned(), value));
    }
    out.items.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let grid = grid("a.csv", text);
            assert_eq!(grid.rows.last().expect("there is a row").cells, expected);
        }
        check("question,answer\n\"a, b\",\"c; d\"\n", &["a, b", "c; d"]);
        check("question;answer\na, b, c;d\n", &["a, b, c", "d"]);
        check("question\tanswer\na, b\tc, d, e\n", &["a, b", "c, d, e"]);
        check("q,a\n\"one\ntwo\",\"say \"\"hi\"\"\"", &["one\ntwo", "say \"hi\""]);
    }

    #[test]
    fn columns_go_by_many_names() {
        for (heading, role) in [
            ("Question", Some(Role::Question)),
            ("  FRAGE: ", Some(Role::Question)),
            ("Wrong answer 2", Some(Role::Wrong)),
            ("Alternative_Questions", Some(Role::Alternatives)),
            ("问题", Some(Role::Question)),
            ("回答:", Some(Role::Answer)),
            ("प्रश्न", Some(Role::Question)),
            ("الجواب", Some(Role::Answer)),
            ("Price", None),
        ] {
            assert_eq!(Role::of(heading), role, "{heading}");
        }
        assert_eq!((letter(0), letter(25), letter(26)), ("A".into(), "Z".into(), "AA".into()));
    }
}
