//! `faqbot results`: what people did in quizzes, for a spreadsheet.

use std::process::ExitCode;

use super::print::print;
use crate::settings::GivenDatabase;
use crate::storage::{ResultRow, Storage};

/// Print what people did in quiz rounds that count, as CSV: one line for each person and round.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot results > results.csv          of all chats
  faqbot results --chat -1001234567     of one chat")]
pub(crate) struct Arguments {
    /// Only this chat, by its number.
    #[arg(long, value_name = "CHAT", allow_hyphen_values = true)]
    chat: Option<i64>,

    #[command(flatten)]
    database: GivenDatabase,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let database_url = arguments.database.url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(async {
        let storage = Storage::open_existing(&database_url).await?;
        let mut transaction = storage.begin().await?;
        let rows = transaction.results().await;
        drop(transaction);
        storage.close().await;
        rows
    })?;
    let rows = rows.iter().filter(|row| arguments.chat.is_none_or(|chat| row.chat == chat));
    print(&csv(rows))?;
    Ok(ExitCode::SUCCESS)
}

/// Which columns hold what people wrote: topics and names.
const FREE: [usize; 2] = [3, 5];

/// RFC 4180: lines end in CR LF, and a field with a comma, a quote or a line end is quoted.
fn csv<'a>(rows: impl Iterator<Item = &'a ResultRow>) -> String {
    let mut text = "day,chat,round,topic,person,name,right,asked,seconds\r\n".to_owned();
    for row in rows {
        let fields = [
            row.at.day(),
            row.chat.to_string(),
            row.round.clone(),
            row.topic.clone().unwrap_or_default(),
            row.person.to_string(),
            row.name.clone(),
            row.right.to_string(),
            row.asked.to_string(),
            format!("{}.{}", row.total_ms / 1_000, row.total_ms % 1_000 / 100),
        ];
        let fields: Vec<String> =
            fields.iter().enumerate().map(|(index, text)| field(text, FREE.contains(&index))).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// People choose their names: one that a spreadsheet would take for a formula gets an apostrophe in front.
fn field(text: &str, is_free: bool) -> String {
    let is_formula = is_free && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn a_name_neither_breaks_a_line_nor_becomes_a_formula() {
        let row = |name: &str| ResultRow {
            at: Timestamp(0),
            chat: -5,
            round: "r".into(),
            topic: None,
            person: 7,
            name: name.into(),
            right: 2,
            asked: 3,
            total_ms: 12_345,
        };
        let names = ["Ada", "Lovelace, \"Ada\"", "=HYPERLINK(\"x\")", "two\nlines"];
        let rows: Vec<ResultRow> = names.iter().map(|name| row(name)).collect();
        let start = "1970-01-01,-5,r,,7";
        let expected = [
            "day,chat,round,topic,person,name,right,asked,seconds".to_owned(),
            format!("{start},Ada,2,3,12.3"),
            format!("{start},\"Lovelace, \"\"Ada\"\"\",2,3,12.3"),
            format!("{start},\"'=HYPERLINK(\"\"x\"\")\",2,3,12.3"),
            format!("{start},\"two\nlines\",2,3,12.3"),
        ];
        assert_eq!(csv(rows.iter()), format!("{}\r\n", expected.join("\r\n")));
    }
}
