//! `faqbot check`, `ask`, `eval`, `new` and `schema` as programs: what they print where, and how they end.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::folder::TempFolder;

const ENTRY: &str = "[[entry]]\nid = \"tea\"\nquestion = \"How long does green tea steep?\"\n\
                     phrasings = [\"brewing time of tea\"]\nanswer = \"Two minutes.\"\n\n\
                     [[entry]]\nid = \"coffee\"\nquestion = \"How is coffee ground?\"\n\
                     phrasings = [\"which mill for beans\"]\nanswer = \"Freshly.\"\n";

/// A program's output, and whether it ended well.
struct Ended {
    stdout: String,
    stderr: String,
    success: bool,
}

impl Ended {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// Runs `faqbot` in a folder whose `faq/a.toml` holds this text.
fn faqbot(folder: &TempFolder, arguments: &[&str], input: &str) -> Ended {
    let mut program = Command::new(env!("CARGO_BIN_EXE_faqbot"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built");
    // It may have ended without reading.
    let _ = program.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let output = program.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    Ended { stdout: text(output.stdout), stderr: text(output.stderr), success: output.status.success() }
}

fn folder(toml: &str) -> TempFolder {
    let folder = TempFolder::new();
    fs::create_dir(folder.path().join("faq")).expect("the folder is ours");
    fs::write(folder.path().join("faq/a.toml"), toml).expect("the folder is ours");
    folder
}

/// An invalid line of `.env` may hold the token, so only its number is reported.
#[test]
fn a_mistake_in_the_settings_is_named_by_its_line() {
    let place = folder(ENTRY);
    let expected = ".env, line 2: write NAME=value, with quotes around a value that has spaces";
    for wrong in
        ["TELOXIDE_TOKEN=\"123:AAHs", "TELOXIDE_TOKEN: 123:AAHs", "TELOXIDE_TOKEN=123:AAHs AAHs", "123:AAHs"]
    {
        fs::write(place.path().join(".env"), format!("\u{feff}# it's a comment\n{wrong}\nPACING=off  "))
            .expect("it is ours");
        for command in ["run", "misses", "set-aside"] {
            let ended = faqbot(&place, &[command], "");
            assert!(!ended.success, "{command} with {wrong}");
            assert!(ended.stderr.starts_with(&format!("error: {expected}")), "{}", ended.stderr);
            assert!(!ended.stderr.contains("AAH") && ended.stderr.lines().count() == 1, "{}", ended.stderr);
        }
        let check = faqbot(&place, &["check"], "");
        assert!(
            check.success && check.stderr.starts_with(&format!("warning: {expected}")),
            "{}",
            check.stderr
        );
    }
}

/// A flag wins over the environment, and that over `.env`; secrets and passwords are never shown.
#[test]
fn settings_shows_what_is_set_and_where() {
    let place = folder(ENTRY);
    let dotenv = "TELOXIDE_TOKEN=123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nPACING=off\nOWNER_IDS=7\n\
                  DATABASE_URL=postgres://me:pa55@db/faqbot\nMETRICS_LISTN=127.0.0.1:9090\n";
    fs::write(place.path().join(".env"), dotenv).expect("it is ours");
    let mut settings = Command::new(env!("CARGO_BIN_EXE_faqbot"));
    let settings = settings
        .args(["settings", "--owner-ids", "8,9"])
        .current_dir(place.path())
        .env_clear()
        .env("PACING", "telegram burst=2")
        .output()
        .expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    let (stdout, stderr) = (text(settings.stdout), text(settings.stderr));
    assert!(settings.status.success(), "{stderr}");
    assert_eq!(
        stdout,
        "TELOXIDE_TOKEN    .env         (set, hidden)\n\
         FAQ_DIR           default      faq\n\
         DATABASE_URL      .env         postgres://…@db/faqbot\n\
         OWNER_IDS         flag         8,9\n\
         PACING            environment  telegram burst=2\n\
         WEBHOOK_URL       default      (not set)\n\
         WEBHOOK_LISTEN    default      127.0.0.1:8443\n\
         WEBHOOK_SECRET    default      (not set)\n\
         TELOXIDE_API_URL  default      (not set)\n\
         METRICS_LISTEN    default      (not set)\n\
         RUST_LOG          default      info\n\
         LOG_FORMAT        default      text\n"
    );
    assert_eq!(
        stderr,
        "warning: .env, line 5: METRICS_LISTN is not a setting; did you mean METRICS_LISTEN?\n"
    );

    let help = faqbot(&place, &["run", "--help"], "");
    assert!(help.stdout.contains("--owner-ids <IDS>") && !help.stdout.contains("AAAA"), "{}", help.stdout);
    let wrong = faqbot(&place, &["settings", "--pacing", "fast"], "");
    assert!(!wrong.success && wrong.stderr.contains("PACING holds `fast`"), "{}", wrong.stderr);
    fs::write(place.path().join(".env"), "BOT_TOKEN=1").expect("it is ours");
    let habit = faqbot(&place, &["run"], "");
    assert!(habit.stderr.contains("BOT_TOKEN is: rename that to TELOXIDE_TOKEN"), "{}", habit.stderr);
}

#[test]
fn settings_come_from_the_folder_at_hand_alone() {
    let place = folder(ENTRY);
    let inner = place.path().join("inner");
    fs::create_dir(&inner).expect("the folder is ours");
    fs::write(place.path().join(".env"), "FAQ_DIR=nowhere\n\"").expect("the folder is ours");
    let mut check = Command::new(env!("CARGO_BIN_EXE_faqbot"));
    let check = check
        .arg("check")
        .current_dir(&inner)
        .env_clear()
        .env("FAQ_DIR", "../faq")
        .output()
        .expect("it runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    assert_eq!(check.stderr, b"");
    fs::write(inner.join(".env"), "FAQ_DIR='../faq' # ours").expect("the folder is ours");
    let mut check = Command::new(env!("CARGO_BIN_EXE_faqbot"));
    assert!(check.arg("check").current_dir(&inner).env_clear().status().expect("it runs").success());
}

/// As `head` does.
#[test]
fn a_reader_that_stops_early_is_not_an_error() {
    let place = folder(ENTRY);
    for command in [&["schema"][..], &["new", "shop"], &["check"], &["ask", "tea"], &["eval"]] {
        let (reader, writer) = std::io::pipe().expect("pipes can be made");
        drop(reader);
        let mut program = Command::new(env!("CARGO_BIN_EXE_faqbot"));
        let program = program.args(command).current_dir(place.path()).env_clear().stdout(writer);
        let ended = program.output().expect("it runs");
        assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn an_empty_setting_counts_as_missing() {
    let place = folder(ENTRY);
    fs::write(place.path().join(".env"), "FAQ_DIR=").expect("the folder is ours");
    let check = faqbot(&place, &["check"], "");
    assert!(check.success, "{}", check.stderr);
}

#[test]
fn every_example_of_the_settings_can_be_used() {
    let place = folder(ENTRY);
    let examples: Vec<&str> = include_str!("../.env.example")
        .lines()
        .map(|line| line.trim_start_matches(['#', ' ']))
        .filter(|line| {
            let name = line.split('=').next().unwrap_or_default();
            name.len() < line.len() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
        .collect();
    assert!(examples.len() >= 12, "{examples:?}");
    let token = "TELOXIDE_TOKEN=123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for example in examples {
        // The folder is missing, so that nothing is started once the settings have been read.
        let text = format!("{example}\n{token}\nWEBHOOK_SECRET=0123456789abcdef\n");
        fs::write(place.path().join(".env"), text.replace("TELOXIDE_TOKEN=\n", ""))
            .expect("the folder is ours");
        let run = faqbot(&place, &["run", "--faq", "nowhere"], "");
        assert!(run.stderr.contains("nowhere"), "{example}: {}", run.stderr);
    }
}

#[test]
fn warnings_fail_only_a_strict_check() {
    let warned = folder(&ENTRY.replace("brewing time of tea", "which mill for beans"));
    let relaxed = faqbot(&warned, &["check"], "");
    assert!(relaxed.success, "{}", relaxed.stdout);
    assert!(relaxed.stdout.contains("warning[duplicate-phrasing]"), "{}", relaxed.stdout);
    assert!(relaxed.stdout.ends_with("2 entries: 1 warning\n"), "{}", relaxed.stdout);
    assert!(!faqbot(&warned, &["check", "--strict"], "").success);
    let whole = folder(ENTRY);
    assert!(faqbot(&whole, &["check", "--strict"], "").success);
    assert!(faqbot(&whole, &["check", "faq"], "").success, "the folder may be named without --faq");
    assert!(!faqbot(&whole, &["check", "elsewhere"], "").success);
    let broken = folder(&ENTRY.replace("phrasings", "phrasing"));
    assert!(!faqbot(&broken, &["check"], "").success);
}

#[test]
fn tools_get_each_problem_with_its_place() {
    let broken = folder(&ENTRY.replace("id = \"coffee\"", "id = \"tea\""));
    let check = faqbot(&broken, &["check", "--json"], "");
    assert!(!check.success);
    let report = check.json();
    assert_eq!((&report["errors"], &report["warnings"]), (&json!(1), &json!(0)));
    let problem = &report["problems"][0];
    assert_eq!((&problem["severity"], &problem["code"]), (&json!("error"), &json!("duplicate-id")));
    let place = |line: u32, text: &str| json!({ "path": "faq/a.toml", "line": line, "column": 6, "end_line": line, "end_column": 11, "text": text });
    assert_eq!(problem["place"], place(8, "used again here"));
    assert_eq!(problem["context"], json!([place(2, "first used here")]));
    assert_eq!(problem["help"], json!("give this one an id of its own, for example `tea-2`"));
}

/// On the page they are buttons.
#[test]
fn nearest_topics_are_shown_below_the_reply() {
    let folder = folder(ENTRY);
    let unknown = faqbot(&folder, &["ask", "how is the weather going to be"], "");
    assert!(unknown.stdout.contains("\n[How is coffee ground?]\n"), "{}", unknown.stdout);
    let answered = faqbot(&folder, &["ask"], "how long does green tea steep\nhow is coffee ground\r\n");
    assert_eq!(answered.stdout, "Two minutes.\nFreshly.\n");
    assert_eq!(answered.stderr, "");
}

#[test]
fn asking_a_broken_folder_warns_that_some_of_it_is_missing() {
    let broken = folder(&ENTRY.replace("id = \"coffee\"", "id = \"tea\""));
    let asked = faqbot(&broken, &["ask", "how long does green tea steep"], "");
    assert_eq!(asked.stdout, "Two minutes.\n");
    assert_eq!(asked.stderr, "the folder has an error; what it concerns is left out: see `faqbot check`\n");
}

#[test]
fn a_file_of_questions_is_measured_by_kind() {
    let folder = folder(ENTRY);
    let path = folder.path().join("questions.tsv");
    let lines = "\u{feff}question\texpected\tkind\r\n\
                 how long does green tea steep\ttea|coffee\tplain\r\n\
                 how is coffee ground\ttea\ta kind with a very long name\r\n\
                 which mill for beans\tnone\t\r\n\
                 brewing time of tea\tteas\tplain\r\n";
    fs::write(&path, lines).expect("the folder is ours");
    let json = faqbot(&folder, &["eval", "questions.tsv", "--json"], "");
    assert!(json.success, "{}", json.stderr);
    assert_eq!(
        json.stderr,
        "questions.tsv:5: there is no entry, term or group `teas`; did you mean `tea`?\n"
    );
    let measured = json.json();
    let count = |tally: &Value| {
        ["questions", "right", "offered", "wrong", "unknown", "rejected", "false_answers"]
            .map(|key| tally[key].as_u64().unwrap_or_else(|| panic!("{key} in {tally}")))
    };
    assert_eq!(count(&measured["overall"]), [4, 1, 0, 2, 0, 0, 1]);
    assert_eq!(count(&measured["kinds"]["plain"]), [2, 1, 0, 1, 0, 0, 0]);
    assert_eq!(count(&measured["kinds"]["all"]), [1, 0, 0, 0, 0, 0, 1]);
    assert_eq!(measured["false_answers"], json!({ "coffee": ["which mill for beans"] }));
    let confusion = &measured["confusions"][0];
    assert_eq!((&confusion["expected"], &confusion["found"]), (&json!("tea"), &json!("coffee")));
    let misled_by = &confusion["causes"][0]["misled_by"];
    assert_eq!(
        (&misled_by["phrasing"], &misled_by["place"]),
        (&json!("How is coffee ground?"), &json!("faq/a.toml:9"))
    );

    let text = faqbot(&folder, &["eval", "questions.tsv"], "").stdout;
    for part in [
        "\na kind with a very long name         1    0.0     0.0  100.0",
        "\n  1 × `tea` taken for `coffee`\n      “how is coffee ground”\n        is like “How is coffee ground?”  faq/a.toml:9\n      help: ",
        "\nAnswered, though nothing here answers it:\n  1 × with `coffee`: “which mill for beans”\n",
        "\n  1 × `teas` taken for `tea`\n",
        "help: the folder has no `teas`: add it, or expect another entry\n",
        "\nOverall: accuracy 33.3 % ",
        "false answers 100.0 %.\n",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}

/// Without a file, too, each question that went wrong is reported: also those that the folder expects.
#[test]
fn the_expectations_of_a_folder_are_looked_at_closely() {
    let expecting = format!(
        "{ENTRY}\n[[expect]]\nask = \"which mill for my beans\"\nentry = \"tea\"\n\n\
         [[expect]]\nask = \"brewing time of tea\"\nentry = \"none\"\n"
    );
    let measured = faqbot(&folder(&expecting), &["eval", "--json"], "").json();
    assert_eq!(measured["false_answers"], json!({ "tea": ["brewing time of tea"] }));
    let confusions = measured["confusions"].as_array().expect("it is a list");
    let misled = |it: &Value| {
        it["found"] == "coffee" && it["questions"].to_string().contains("which mill for my beans")
    };
    assert!(confusions.iter().any(misled), "{confusions:?}");
}

#[test]
fn a_file_of_questions_that_cannot_be_read_says_why() {
    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let folder = folder(ENTRY);
        fs::write(folder.path().join("q.tsv"), bytes).expect("the folder is ours");
        let ended = faqbot(&folder, &["eval", "q.tsv"], "");
        assert!(!ended.success && ended.stderr.starts_with(expected), "{}", ended.stderr);
    }
    check(
        b"q\te\nM\xfcll\ttea\n",
        "error: q.tsv: this file is not UTF-8: line 2 holds a letter in another encoding;",
    );
    check(b"\xff\xfeq\0", "error: q.tsv: this file is written in UTF-16; save it as UTF-8");
    check(b"q,e\nwhy,tea\n", "error: q.tsv:2: a line needs a question, a tab,");
}

/// A stranger's first steps: a folder of their own that is valid, and is not overwritten.
#[test]
fn a_new_folder_is_right_and_stays() {
    let place = TempFolder::new();
    let made = faqbot(&place, &["new", "a/shop"], "");
    assert!(made.success && made.stdout.contains("faqbot --faq a/shop check"), "{}", made.stdout);
    assert!(faqbot(&place, &["--faq", "a/shop", "check", "--strict"], "").success);
    let schema = fs::read_to_string(place.path().join("a/shop/schema.json")).expect("it is there");
    assert_eq!(faqbot(&place, &["schema"], "").stdout, schema);
    let mine = place.path().join("a/shop/bot.toml");
    fs::write(&mine, "[bot]\nname = \"mine\"\n").expect("the folder is ours");
    let again = faqbot(&place, &["new", "a/shop"], "");
    assert!(!again.success && again.stderr.contains("a/shop holds something already"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(&mine).expect("it is there"), "[bot]\nname = \"mine\"\n");
}

/// A small picture.
const PNG: &[u8] = include_bytes!("diagnostics/missing-picture/faq/door.png");

/// What is exported in one place works in another, with its pictures.
#[test]
fn pictures_go_along_with_an_export_and_come_back_with_an_import() {
    let pictured = format!(
        "{ENTRY}picture = \"pictures/mill.png\"\n\n[[quiz]]\nprompt = \"What is this?\"\ncorrect = \"A leaf\"\n\
         distractors = [\"A bean\", \"A root\"]\npicture = \"leaf.png\"\nexplanation = \"It is green.\"\n\
         explanation_picture = \"https://example.org/leaf.png\"\n"
    );
    let place = folder(&pictured);
    let here = |path: &str| place.path().join(path);
    fs::create_dir(here("faq/pictures")).expect("the folder is ours");
    fs::write(here("faq/pictures/mill.png"), PNG).expect("the folder is ours");
    fs::write(here("faq/leaf.png"), [PNG, b"leaf"].concat()).expect("the folder is ours");
    for format in ["csv", "xlsx", "json", "markdown"] {
        let file = format!("out/{format}/faq.{}", if format == "markdown" { "md" } else { format });
        fs::create_dir_all(here(&format!("out/{format}"))).expect("the folder is ours");
        let exported = faqbot(&place, &["export", "--to", format, "--output", &file], "");
        assert_eq!(
            exported.stdout,
            format!("Written: {file}, and 2 pictures beside it\n"),
            "{}",
            exported.stderr
        );
        let dir = format!("new-{format}");
        let imported = faqbot(&place, &["import", &file, "--into", &dir], "");
        assert!(imported.success && !imported.stdout.contains("warning"), "{}", imported.stdout);
        assert_eq!(fs::read(here(&format!("{dir}/pictures/mill.png"))).expect("it was copied"), PNG);
        let checked = faqbot(&place, &["--faq", &dir, "check"], "");
        assert!(checked.success, "{}", checked.stdout);
    }
    // An export to standard output says what it lacks, and so does the import of it.
    let exported = faqbot(&place, &["export", "--to", "csv"], "");
    assert!(
        exported.stderr.starts_with("The files of the pictures are not part of this"),
        "{}",
        exported.stderr
    );
    fs::write(here("faq.csv"), exported.stdout).expect("the folder is ours");
    let imported = faqbot(&place, &["import", "faq.csv", "--into", "bare"], "");
    let report = "the picture pictures/mill.png is not beside the file: put it at bare/pictures/mill.png\n";
    assert!(imported.success && imported.stdout.contains(report), "{}", imported.stdout);
    // Nothing of the same name is overwritten, on neither way.
    fs::write(here("out/csv/leaf.png"), "another").expect("the folder is ours");
    let refused = faqbot(&place, &["export", "--to", "csv", "-o", "out/csv/faq.csv"], "");
    assert!(
        refused.stderr.starts_with("error: out/csv/leaf.png is another picture than that of the folder"),
        "{}",
        refused.stderr
    );
    fs::create_dir_all(here("taken")).expect("the folder is ours");
    fs::write(here("taken/leaf.png"), "another").expect("the folder is ours");
    let imported = faqbot(&place, &["import", "out/json/faq.json", "--into", "taken"], "");
    assert!(imported.stdout.contains("Written: taken/leaf-2.png\n"), "{}", imported.stdout);
    assert_eq!(fs::read(here("taken/leaf.png")).expect("it is there"), b"another");
    let text = fs::read_to_string(here("taken/faq.toml")).expect("it was written");
    assert!(text.contains("picture = \"leaf-2.png\""), "{text}");
}

/// The picture of a page comes along as that of the answer.
#[test]
fn a_picture_in_a_page_becomes_that_of_the_answer() {
    let place = TempFolder::new();
    let here = |path: &str| place.path().join(path);
    fs::create_dir_all(here("docs/img")).expect("the folder is ours");
    fs::write(here("docs/img/the map.png"), PNG).expect("the folder is ours");
    let page = "# Help\n\n## Where are you?\n\nAt the river:\n\n![The map](img/the%20map.png)\n\n\
                ## Which sign is it?\n\nThe ![wheel](img/wheel.png) sign.\n";
    fs::write(here("docs/help.md"), page).expect("the folder is ours");
    let imported = faqbot(&place, &["import", "docs/help.md"], "");
    assert!(imported.success, "{}", imported.stdout);
    assert!(imported.stdout.contains("Written: faq/img/the map.png\n"), "{}", imported.stdout);
    let text = fs::read_to_string(here("faq/help.toml")).expect("it was written");
    assert!(text.contains("answer = \"At the river:\"\npicture = \"img/the map.png\"\n"), "{text}");
    assert!(text.contains("answer = \"The [wheel] sign.\"\n"), "{text}");
}

/// A file that is not a database is refused, with the cause said once.
#[test]
fn what_is_no_copy_is_not_restored() {
    let place = TempFolder::new();
    fs::write(place.path().join("junk.db"), "no database").expect("the folder is ours");
    let refused = faqbot(&place, &["restore", "junk.db"], "");
    assert_eq!(
        refused.stderr,
        "error: junk.db is damaged, or not a copy of a faqbot database: error returned from database: \
         (code: 26) file is not a database\n"
    );
}

/// Without its only wording nothing leads to an entry, so leaving that out measures nothing.
#[test]
fn a_folder_of_bare_questions_hears_what_phrasings_bring() {
    let bare = |(n, question): (usize, &str)| {
        format!(
            "[[entry]]\nid = \"e{n}\"\nquestion = \"{question}\"\nanswer = \"Yes.\"\nrelated = [\"e{}\"]\n\n",
            (n + 1) % 5
        )
    };
    let questions =
        ["Is there tea?", "Do you deliver?", "May dogs come in?", "Can I pay by card?", "Is it warm?"];
    let place = folder(&questions.into_iter().enumerate().map(bare).collect::<String>());
    let checked = faqbot(&place, &["check"], "");
    assert!(checked.success && checked.stdout.ends_with("5 entries: 1 advice\n"), "{}", checked.stdout);
    let advice = "advice[one-wording]: 5 of 5 entries have one wording: their question";
    assert!(checked.stdout.starts_with(advice), "{}", checked.stdout);
    let measured = faqbot(&place, &["eval"], "").stdout;
    assert!(measured.starts_with("5 entries with one wording were not asked for"), "{measured}");
    assert!(
        measured.contains("\nNext: give the 5 entries that have one wording three phrasings more"),
        "{measured}"
    );
    assert!(!measured.contains("µs") && !measured.contains("taken for"), "{measured}");
}

#[test]
fn groups_are_measured_by_their_replies() {
    let grouped = format!(
        "{ENTRY}\n[[out_of_scope]]\nid = \"jobs\"\nexamples = [\"are you hiring\", \"is there a vacancy\"]\nreply = \"Ask.\"\n\n\
         [[small_talk]]\nid = \"thanks\"\nexamples = [\"thanks\"]\nreply = \"You're welcome!\"\n"
    );
    let place = folder(&grouped);
    let questions = "question\texpected\nare you hiring\tjobs\nthanks\tthanks\nis there a vacancy\tthanks\n";
    fs::write(place.path().join("q.tsv"), questions).expect("it is ours");
    let measured = faqbot(&place, &["eval", "q.tsv", "--json"], "").json();
    let overall = &measured["overall"];
    assert_eq!((&overall["for_groups"], &overall["replied"]), (&json!(3), &json!(2)), "{measured}");
    assert_eq!(overall["rejected"], 3, "{measured}");
    let table = faqbot(&place, &["eval", "q.tsv"], "").stdout;
    assert!(table.contains("\nout-of-scope example left out         2"), "{table}");
    assert!(!table.contains("small-talk example left out"), "it has but one: {table}");
}

#[test]
fn a_confidence_is_put_into_words() {
    let explained = faqbot(&folder(ENTRY), &["ask", "--explain", "how long does green tea steep"], "").stdout;
    assert!(explained.contains(" sure: nearly all such answers are right\n"), "{explained}");
}

#[test]
fn an_import_says_what_came_in_and_what_to_do_next() {
    let place = TempFolder::new();
    let write = |text: &str| fs::write(place.path().join("faq.csv"), text).expect("the folder is ours");
    write("question,answer\nIs there tea?,Yes.\nIs there TEA?,Yes.\n");
    let imported = faqbot(&place, &["import", "faq.csv", "--into", "shop"], "");
    assert_eq!(
        imported.stdout,
        "faq.csv: read as a table (CSV or TSV)\n\
         1 answer; one left out, which is there already or comes twice\n\
         Written: shop/faq.toml\n\n\
         Next, see how well it answers, and read what came in:\n  \
         faqbot --faq shop check\n  faqbot --faq shop preview\n\n\
         The bot has no name yet. Give it one in a file shop/bot.toml:\n  \
         [bot]\n  name = \"…\"\n  greeting = \"Hello! Ask me about …\"\n"
    );
    write("question,answer,picture\nIs there tea?,Yes.,\nIs there a map?,Here.,map.png\n");
    let imported = faqbot(&place, &["import", "faq.csv", "--into", "shop"], "");
    let left =
        "\nFix what check reports (1 error), then see how well it answers:\n  faqbot --faq shop check\n";
    assert!(imported.stdout.contains(left), "{}", imported.stdout);
    write("question,answer\nIs there cake?,\nIs there juice?,No.\n");
    let refused = faqbot(&place, &["import", "faq.csv", "--into", "shop"], "");
    let report =
        "Nothing was written: correct the errors, or take over the rest with --skip-errors (1 answer).\n";
    assert!(!refused.success && refused.stdout.ends_with(report), "{}", refused.stdout);
}

/// Headings go by their names in any language that the bot speaks; else the first row would be taken for a question.
#[test]
fn a_heading_in_chinese_is_no_question() {
    let place = TempFolder::new();
    fs::write(place.path().join("faq.csv"), "问题,回答\n怎么退货？,三十天内可以退货。\n")
        .expect("the folder is ours");
    let imported = faqbot(&place, &["import", "faq.csv", "--dry-run"], "").stdout;
    assert!(imported.contains("\n1 answer\n") && imported.contains("id = \"tui-huo\""), "{imported}");
}
