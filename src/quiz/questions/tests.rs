//! Questions as a folder yields them.

use proptest::prelude::*;

use super::*;
use crate::knowledge::{Source, is_same_answer, parse};
use crate::language::Language;
use crate::quantity::{Locales, quantities};
use crate::quiz::question::{
    MAX_EXPLANATION, MAX_EXPLANATION_BREAKS, MAX_OPTION, MAX_OPTIONS, MAX_PROMPT, MIN_OPTIONS, QuestionKind,
};

const TODAY: &str = "2026-01-15";

/// The questions of a folder with one file.
fn made(folder: &str) -> Vec<Question> {
    made_with(folder, &[])
}

/// The same with some texts replaced.
fn made_with(folder: &str, texts: &[(&str, &str)]) -> Vec<Question> {
    let source = Source { path: "faq/test.toml".into(), text: folder.into() };
    let (knowledge, _) = parse(&[source]);
    questions(&knowledge, &Texts::new(knowledge.bot.language(), texts.iter().copied()), TODAY).quiz
}

/// The distractors of a number, made up or borrowed from a folder.
fn wrong(correct: &str, folder: &str) -> Vec<String> {
    let (knowledge, _) = parse(&[Source { path: "faq/test.toml".into(), text: folder.into() }]);
    let facts: Vec<Fact> =
        knowledge.figures.iter().map(|figure| Fact::of(figure, &Locales::default())).collect();
    distractors::for_value(correct, &facts, &Locales::default())
}

fn find<'a>(questions: &'a [Question], id: &str) -> &'a Question {
    questions.iter().find(|question| question.id == id).unwrap_or_else(|| panic!("no question {id}"))
}

/// A question on one line, the right option first.
fn shown(question: &Question) -> String {
    format!("{} [{}]", question.prompt, question.options.join("] ["))
}

fn figure(id: &str, value: &str, what: &str) -> String {
    format!("[[figure]]\nid = \"{id}\"\nvalue = \"{value}\"\nwhat = \"{what}\"\nentry = \"costs\"\n")
}

const ENTRY: &str = "
[[entry]]
id = \"costs\"
question = \"What does the tower cost?\"
answer = \"A lot of money.\"
section = \"Money\"
";

const TOWER: [(&str, &str, &str); 4] = [
    ("price", "$40 million", "the price of the tower"),
    ("repairs", "$5 million", "Yearly repairs of the tower"),
    ("loan", "$25 million", "the bank's loan"),
    ("opening", "May 1931", "the month of the opening"),
];

fn tower() -> String {
    let figures = TOWER.map(|(id, value, what)| figure(id, value, what));
    format!("{ENTRY}{}", figures.concat())
}

#[test]
fn a_figure_with_a_date_is_explained_with_it() {
    let dated = format!("{}as_of = 1999-12-31\n", tower());
    let questions = made(&dated);
    let value = find(&questions, "figure:opening:value");
    assert!(
        value.explanation.starts_with("The month of the opening is May 1931 (as of 1999-12-31).\n"),
        "{value:?}"
    );
}

#[test]
fn a_figure_yields_three_questions() {
    let questions = made(&tower());
    let value = find(&questions, "figure:loan:value");
    assert_eq!(value.prompt, "How much is the bank's loan?");
    assert_eq!(value.options[0], "$25 million");
    assert_eq!(value.explanation, "The bank's loan is $25 million.\nRead: What does the tower cost?");
    assert_eq!(value.section.as_deref(), Some("Money"));
    assert_eq!(
        shown(find(&questions, "figure:loan:name")),
        "Which of these amounts to $25 million? [The bank's loan] [The price of the tower] [Yearly repairs of the tower]"
    );
    let statement = find(&questions, "figure:loan:statement");
    assert_eq!(statement.prompt, "Which statement is true?");
    assert_eq!(statement.options[0], "The bank's loan is $25 million");
    for wrong in &statement.options[1..] {
        let is_of_another = TOWER.iter().any(|(id, value, what)| {
            *id != "loan" && wrong.to_lowercase().starts_with(&what.to_lowercase()) && !wrong.ends_with(value)
        });
        assert!(is_of_another, "{wrong}");
    }
}

#[test]
fn the_prompt_agrees_with_what_is_asked_for() {
    let questions = made(&tower());
    assert_eq!(find(&questions, "figure:price:value").prompt, "What is the price of the tower?");
    // Nothing shows that "Yearly" is not a name.
    assert_eq!(
        find(&questions, "figure:repairs:value").prompt,
        "Yearly repairs of the tower: which is correct?"
    );
    let shown = made(&tower().replace("A lot of money.", "A lot, and the yearly repairs."));
    assert_eq!(find(&shown, "figure:repairs:value").prompt, "How much are yearly repairs of the tower?");
    assert_eq!(find(&questions, "figure:opening:value").prompt, "What is the month of the opening?");
    // A single date: there is nothing of the kind to set against it.
    assert!(!questions.iter().any(|question| question.id == "figure:opening:name"));
}

#[test]
fn a_folder_replaces_the_words_of_questions() {
    let texts = [
        ("quiz-ask-value", "{what} = ?"),
        ("quiz-ask-which", "{value} = ?"),
        ("quiz-ask-true", "?"),
        ("quiz-fact", "{what} = {value}"),
        ("quiz-explanation", "{fact}!"),
        ("quiz-ask-term", "«{definition}» = ?"),
        ("quiz-ask-meaning", "«{term}» = ?"),
        ("quiz-read", "→ {title}"),
    ];
    let questions = made_with(&format!("{}{TERMS}", tower()), &texts);
    // Neither what is asked nor the words around it are bent to English grammar.
    assert_eq!(find(&questions, "figure:repairs:value").prompt, "Yearly repairs of the tower = ?");
    assert_eq!(find(&questions, "figure:price:value").prompt, "the price of the tower = ?");
    assert_eq!(find(&questions, "figure:loan:name").prompt, "$25 million = ?");
    let statement = find(&questions, "figure:loan:statement");
    assert_eq!(
        (statement.prompt.as_str(), statement.options[0].as_str()),
        ("?", "the bank's loan = $25 million")
    );
    assert_eq!(statement.explanation, "the bank's loan = $25 million!\n→ What does the tower cost?");
    assert_eq!(find(&questions, "term:girder:name").prompt, "«A main beam, named after Gustave ___.» = ?");
    assert_eq!(find(&questions, "term:truss:definition").prompt, "«Truss» = ?");
}

#[test]
fn a_folder_replaces_the_words_of_a_special_case_alone() {
    let questions = made_with(&tower(), &[("quiz-ask-how-much", "Price of {what}, for {number|one|many}?")]);
    assert_eq!(find(&questions, "figure:loan:value").prompt, "Price of the bank's loan, for one?");
    assert_eq!(
        find(&questions, "figure:repairs:value").prompt,
        "Price of Yearly repairs of the tower, for many?"
    );
    assert_eq!(find(&questions, "figure:price:value").prompt, "What is the price of the tower?");
}

#[test]
fn long_words_around_it_never_break_a_limit() {
    let long = "x".repeat(400);
    let texts =
        [("quiz-ask-term", format!("{long}{{definition}}")), ("quiz-read", format!("{{title}} {long}"))];
    let texts = texts.each_ref().map(|(key, wording)| (*key, wording.as_str()));
    let questions = made_with(&format!("{}{TERMS}", tower()), &texts);
    assert!(!questions.is_empty());
    for question in questions {
        assert!(question.prompt.chars().count() <= MAX_PROMPT);
        assert!(question.explanation.chars().count() <= MAX_EXPLANATION);
    }
}

#[test]
fn figures_may_stay_out_of_the_quiz() {
    let quiet = tower().replace("id = \"loan\"", "id = \"loan\"\nquiz = false");
    let overdue = tower().replace("id = \"loan\"", "id = \"loan\"\nreview_by = 2026-01-14");
    for folder in [quiet, overdue] {
        let questions = made(&folder);
        assert!(!questions.is_empty());
        for question in questions {
            assert!(!question.id.contains("loan"), "{}", question.id);
            assert!(!question.options.iter().any(|option| option.contains("loan")), "{}", shown(&question));
        }
    }
    let still_good = tower().replace("id = \"loan\"", "id = \"loan\"\nreview_by = 2026-01-15");
    find(&made(&still_good), "figure:loan:value");
}

#[test]
fn a_written_question_leaves_with_its_overdue_figure() {
    let quiz = "
[[quiz]]
prompt = \"How much did the bank lend?\"
correct = \"{loan}\"
entry = \"costs\"
";
    assert!(
        made(&format!("{}{quiz}", tower())).iter().any(|question| question.kind == QuestionKind::Written)
    );
    let overdue = tower().replace("id = \"loan\"", "id = \"loan\"\nreview_by = 2026-01-14");
    assert!(!made(&format!("{overdue}{quiz}")).iter().any(|question| question.kind == QuestionKind::Written));
}

#[test]
fn a_written_question_keeps_its_words_and_borrows_distractors() {
    let quiz = "
[[quiz]]
prompt = \"Who built it?\"
correct = \"An engineer\"
distractors = [\"A poet\", \"A king\", \"A cook\"]
explanation = \"He was an *engineer* first.\"
entry = \"costs\"

[[quiz]]
prompt = \"How much did the bank lend?\"
correct = \"{loan}\"
";
    let questions = made(&format!("{}{quiz}", tower()));
    assert_eq!(shown(&questions[0]), "Who built it? [An engineer] [A poet] [A king] [A cook]");
    assert_eq!(questions[0].explanation, "He was an engineer first.\nRead: What does the tower cost?");
    let borrowed = &questions[1];
    assert_eq!((borrowed.options.len(), borrowed.explanation.as_str()), (4, ""));
    assert!(borrowed.options.contains(&"$40 million".to_owned()), "{}", shown(borrowed));
}

#[test]
fn the_id_of_a_question_survives_changes_elsewhere() {
    let ids = |folder: &str| made(folder).into_iter().map(|question| question.id).collect::<HashSet<_>>();
    let changed =
        tower().replace("The price of the tower", "What the tower cost").replace("$5 million", "$6 million");
    assert_eq!(ids(&tower()), ids(&changed));
}

const TERMS: &str = "
[[term]]
id = \"pier\"
name = \"Pier\"
also = [\"Bridge pillar\"]
definition = \"A pillar that carries a bridge. Every pier stands on its own foundation.\"

[[term]]
id = \"truss\"
name = \"Truss\"
definition = \"A frame of straight bars that are joined in triangles, which keeps its shape under any load that a train can bring.\"

[[term]]
id = \"girder\"
name = \"Eiffel girder\"
definition = \"A main beam, named after Gustave Eiffel.\"
section = \"Iron\"
";

#[test]
fn a_term_yields_two_questions() {
    let questions = made(TERMS);
    assert_eq!(
        shown(find(&questions, "term:truss:name")),
        "Which term is this? “A frame of straight bars that are joined in triangles, which keeps its shape under any \
         load that a train can bring.” [Truss] [Eiffel girder] [Pier]"
    );
    let definition = find(&questions, "term:truss:definition");
    assert_eq!(definition.prompt, "What does “Truss” mean?");
    assert_eq!(definition.options[0], "A frame of straight bars that are joined in triangles…");
    assert!(definition.explanation.ends_with("\nRead: Truss"), "{}", definition.explanation);
}

#[test]
fn a_definition_does_not_give_its_term_away() {
    let questions = made(TERMS);
    assert_eq!(
        find(&questions, "term:pier:name").prompt,
        "Which term is this? “A pillar that carries a bridge. Every ___ stands on its own foundation.”"
    );
    assert_eq!(
        find(&questions, "term:girder:name").prompt,
        "Which term is this? “A main beam, named after Gustave ___.”"
    );
    // The definition begins with the name in it, so asking for it would be too easy.
    assert!(!questions.iter().any(|question| question.id == "term:girder:definition"));
}

#[test]
fn a_common_word_of_the_name_does_not_give_the_term_away_either() {
    let terms = format!(
        "{TERMS}
[[term]]
id = \"swing\"
name = \"Swing bridge\"
definition = \"A bridge that turns aside to let ships pass.\"
"
    );
    assert_eq!(
        find(&made(&terms), "term:swing:name").prompt,
        "Which term is this? “A ___ that turns aside to let ships pass.”"
    );
    assert!(!made(&terms).iter().any(|question| question.id == "term:swing:definition"));
    // Where another term has the word, too, it is one of the options, and the word gives nothing away.
    let terms = format!(
        "{terms}
[[term]]
id = \"rope\"
name = \"Rope bridge\"
definition = \"Planks on two lines that hang over a gorge.\"
"
    );
    let questions = made(&terms);
    let name = find(&questions, "term:swing:name");
    assert_eq!(name.prompt, "Which term is this? “A bridge that turns aside to let ships pass.”");
    assert!(name.options.contains(&"Rope bridge".to_owned()), "{}", shown(name));
}

#[test]
fn terms_named_in_a_definition_are_options_only_for_want_of_others() {
    let terms = format!(
        "{TERMS}
[[term]]
id = \"beam\"
name = \"Truss beam\"
definition = \"What a Truss does without: one solid piece.\"

[[term]]
id = \"arch\"
name = \"Arch\"
definition = \"Stones in a curve that hold each other.\"
"
    );
    let questions = made(&terms);
    let beam = find(&questions, "term:beam:name");
    assert!(!beam.options.contains(&"Truss".to_owned()), "{}", shown(beam));
}

#[test]
fn two_terms_yield_no_questions() {
    let two = TERMS.split("[[term]]").take(3).collect::<Vec<_>>().join("[[term]]");
    assert!(made(&two).is_empty());
    let quiet = TERMS.replace("id = \"pier\"", "id = \"pier\"\nquiz = false");
    assert!(made(&quiet).is_empty());
}

#[test]
fn made_up_numbers_look_as_if_a_person_chose_them() {
    #[track_caller]
    fn check(correct: &str, expected: &str) {
        assert_eq!(wrong(correct, "").join("; "), expected, "for {correct}");
    }
    check("$100 billion", "$150 billion; $50 billion; $200 billion");
    check("$100B", "$50B; $150B; $250B");
    check("$1 billion", "$500 million; $800 million; $3 billion");
    check("20:1", "15:1; 10:1; 40:1");
    check("20x", "15x; 10x; 25x");
    check("13%", "27%; 34%; 7%");
    check("95%", "98%; 80%; 97%");
    check("0.5%", "0.2%; 0.1%; 0.4%");
    check("September 2023", "December 2022; March 2023; September 2022");
    check("25 September 2023", "25 September 2022; 25 December 2022; 25 March 2024");
    check("2023", "2022; 2019; 2020");
    check("14 days", "30 days; 5 days; 7 days");
    check("24 hours", "36 hours; 72 hours; 48 hours");
    check("2 years", "1 year; 6 years; 9 years");
    check("7 partners", "9 partners; 2 partners; 5 partners");
    check("1,250 employees", "1,050 employees; 1,540 employees; 480 employees");
    check("15,000", "8,000; 11,000; 6,000");
    check("$4.7bn", "$5.8bn; $3.9bn; $3.2bn");
    check("$49.99", "$149.99; $79.99; $69.99");
    check("over $13 billion", "over $34 billion; over $16 billion; over $43 billion");
    check("up to 30%", "up to 10%; up to 25%; up to 15%");
    check("1 day", "3 days; 2 days; 5 days");
    check("1 year", "3 years; 4 years; 5 years");
    check("3 weeks", "2 weeks; 4 weeks; 6 weeks");
    check("€1", "€3; €4; €5");
}

#[test]
fn no_distractors_are_made_up_for_more_than_a_single_number() {
    for correct in
        ["Claude", "", "$5 billion, then $100 billion", "five billion dollars", "1 office", "0", "-5%"]
    {
        assert_eq!(wrong(correct, ""), Vec::<String>::new(), "for {correct}");
    }
}

#[test]
fn a_borrowed_number_keeps_its_notation() {
    let folder = format!("{}{}", figure("page", "€0.10", "a printed page"), figure("year", "€20", "a year"));
    assert!(wrong("€1", &folder).contains(&"€0.10".into()));
    assert!(wrong("$5 billion", &figure("loan", "$13B", "a loan")).contains(&"$13 billion".into()));
}

#[test]
fn a_hedged_value_is_not_set_against_what_it_admits() {
    let folder = format!("{}{}", tower(), figure("lottery", "over $20 million", "the yield of the lottery"));
    let questions = made(&folder);
    // The loan of $25 million is over $20 million too, and the yield may be $25 million.
    assert!(!shown(find(&questions, "figure:loan:name")).contains("lottery"));
    assert!(!questions.iter().any(|question| question.id == "figure:lottery:name"));
    for option in &find(&questions, "figure:lottery:value").options[1..] {
        assert!(
            option.starts_with("over $")
                && quantities(option, &Locales::default())[0].quantity
                    > quantities("$20 million", &Locales::default())[0].quantity
        );
    }
}

#[track_caller]
fn check_fairness(question: &Question) {
    let length = |text: &str| text.chars().count();
    assert!((1..=MAX_PROMPT).contains(&length(&question.prompt)), "{question:?}");
    assert!((MIN_OPTIONS..=MAX_OPTIONS).contains(&question.options.len()), "{question:?}");
    assert!(question.options.iter().all(|option| (1..=MAX_OPTION).contains(&length(option))), "{question:?}");
    assert!(length(&question.explanation) <= MAX_EXPLANATION, "{question:?}");
    assert!(question.explanation.matches('\n').count() <= MAX_EXPLANATION_BREAKS, "{question:?}");
    for (index, option) in question.options.iter().enumerate() {
        let twin =
            question.options[..index].iter().find(|other| is_same_answer(other, option, &Locales::default()));
        assert_eq!(twin, None, "{question:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_folder_yields_questions_within_the_limits(
        values in prop::collection::vec(
            prop_oneof![
                "[$€£]?[0-9]{1,4}([.][0-9]{1,2})?( billion| million|bn|k|%)?",
                "(over |about |up to )?[0-9]{1,3}(:1|x| days| years| months|%)",
                "(May|Sept|25 June) (19|20)[0-9]{2}",
                "\\PC{0,120}",
            ],
            0..6,
        ),
        what in "[A-Za-z]?\\PC{0,120}",
        text in "\\PC{0,400}",
    ) {
        let mut folder = toml::Table::new();
        let string = |text: &str| toml::Value::String(text.into());
        let figures = values.iter().enumerate().map(|(index, value)| {
            let mut figure = toml::Table::new();
            figure.insert("id".into(), string(&format!("f{index}")));
            figure.insert("value".into(), string(value));
            figure.insert("what".into(), string(&format!("{what}{index}")));
            toml::Value::Table(figure)
        });
        folder.insert("figure".into(), toml::Value::Array(figures.collect()));
        let terms = (0..4).map(|index| {
            let mut term = toml::Table::new();
            term.insert("id".into(), string(&format!("t{index}")));
            term.insert("name".into(), string(&format!("{what} {index}")));
            term.insert("definition".into(), string(&text.chars().skip(index * 7).collect::<String>()));
            toml::Value::Table(term)
        });
        folder.insert("term".into(), toml::Value::Array(terms.collect()));
        let items = values.iter().map(|value| {
            let mut item = toml::Table::new();
            item.insert("prompt".into(), string(&text));
            item.insert("correct".into(), string(value));
            item.insert("explanation".into(), string(&text));
            toml::Value::Table(item)
        });
        folder.insert("quiz".into(), toml::Value::Array(items.collect()));
        for question in made(&folder.to_string()) {
            check_fairness(&question);
        }
    }
}

/// The wrong options for a value in a folder of this language.
fn options_in(code: &str, value: &str) -> Vec<String> {
    let locales = Locales::of(&[Language::from_code(code).unwrap()]);
    distractors::for_value(value, &[], &locales)
}

#[test]
fn wrong_numbers_are_in_the_notation_of_the_language() {
    for (code, value, pattern) in [
        ("ru", "5 млрд ₽", " млрд ₽"),
        ("ru", "1,5 млрд долларов", " млрд долларов"),
        ("ru", "12 500 ₽", "00 ₽"),
        ("de", "1.500 €", "00 €"),
        ("fa", "۵۰۰۰ تومان", " تومان"),
        ("hi", "₹5 करोड़", " करोड़"),
        ("ja", "50億ドル", "億ドル"),
        ("fr", "13 %", " %"),
        ("ru", "15 марта 2024", "15 "),
        ("de", "März 2024", " 202"),
        ("zh", "2024年3月15日", "月15日"),
    ] {
        let options = options_in(code, value);
        assert!(options.len() >= 2, "{value}: {options:?}");
        for option in &options {
            assert!(option.contains(pattern), "{value}: {options:?}");
            assert!(!option.contains(char::is_control), "{value}: {options:?}");
        }
    }
    let dates = options_in("ru", "15 марта 2024").concat();
    assert!(!dates.contains("марта 2024") && !dates.is_ascii(), "{dates}");
    assert!(
        options_in("fa", "۵۰۰۰ تومان").iter().all(|it| !it.contains(|letter: char| letter.is_ascii_digit()))
    );
    assert!(options_in("ru", "1,5 млрд долларов").iter().all(|it| !it.contains('.')));
}

#[test]
fn an_answer_in_other_words_of_the_language_is_the_same() {
    let russian = Locales::of(&[Language::from_code("ru").unwrap()]);
    assert!(is_same_answer("5 млрд ₽", "5 миллиардов рублей", &russian));
    assert!(!is_same_answer("5 млрд ₽", "5 млн рублей", &russian));
    assert!(is_same_answer("15 марта 2024", "15.03.2024", &russian));
}
