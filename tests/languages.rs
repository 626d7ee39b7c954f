//! Questions in other languages than English: a small folder in each, asked as people type.

use faqbot::knowledge::{Source, parse};
use faqbot::matching::{Matcher, Outcome};

/// Entries with their phrasings, the first one being the question.
type Folder<'f> = [(&'f str, &'f [&'f str])];

fn matcher(language: &str, folder: &Folder<'_>) -> Matcher {
    let mut text = format!("[bot]\nlanguage = {language:?}\n");
    for (id, phrasings) in folder {
        let quoted: Vec<String> = phrasings.iter().map(|it| toml::Value::from(*it).to_string()).collect();
        let (question, others) = quoted.split_first().expect("an entry has a question");
        text += &format!(
            "[[entry]]\nid = {id:?}\nquestion = {question}\nphrasings = [{}]\nanswer = \"-\"\n",
            others.join(", ")
        );
    }
    let sources = [Source { path: "faq.toml".into(), text }];
    let (knowledge, diagnostics) = parse(&sources);
    assert_eq!(knowledge.entries.len(), folder.len(), "{diagnostics:?}");
    Matcher::new(&knowledge)
}

/// The entry that a question gets or is offered first; `none` for neither.
fn found(matcher: &Matcher, question: &str) -> String {
    match matcher.ask(question).outcome {
        Outcome::Answer(id) => id.to_string(),
        Outcome::Choose(ids) => format!("{}?", ids[0]),
        _ => "none".into(),
    }
}

#[track_caller]
fn check(matcher: &Matcher, question: &str, expected: &str) {
    let found = found(matcher, question);
    assert_eq!(found.trim_end_matches('?'), expected, "{question:?}: {}", matcher.explain(question));
}

const RUSSIAN: &Folder<'_> = &[
    ("delivery", &["Сколько стоит доставка?", "цена доставки", "доставка платная?", "почём доставка"]),
    ("hours", &["Когда вы открыты?", "часы работы", "до скольки вы работаете", "во сколько открываетесь"]),
    ("deal", &["Кто вложил 5 млрд долларов?", "кто дал пять миллиардов", "чьи это 5 миллиардов долларов"]),
    ("returns", &["Как вернуть товар?", "возврат денег", "можно ли сдать покупку обратно"]),
];

#[test]
fn scripts_without_spaces_are_compared_letter_by_letter() {
    let chinese = matcher(
        "zh",
        &[
            ("hours", &["你们几点开门？", "营业时间", "什么时候开门"]),
            ("delivery", &["送货要多少钱？", "运费多少", "配送费用"]),
            ("returns", &["怎么退货？", "可以退款吗", "退换政策"]),
        ],
    );
    check(&chinese, "周末几点开门", "hours");
    check(&chinese, "你好！请问运费是多少？谢谢", "delivery");
    check(&chinese, "能退货吗", "returns");
    let thai = matcher(
        "th",
        &[
            ("delivery", &["ค่าส่งเท่าไหร่", "ค่าจัดส่งกี่บาท", "ส่งฟรีไหม"]),
            ("hours", &["ร้านเปิดกี่โมง", "เปิดวันไหนบ้าง", "เวลาทำการ"]),
            ("returns", &["คืนสินค้าได้ไหม", "ขอเงินคืนยังไง"]),
        ],
    );
    check(&thai, "ค่าส่งเท่าไร", "delivery");
    check(&thai, "ร้านเปิดตอนไหน", "hours");
    check(&thai, "อยากคืนของ", "returns");
}

#[test]
fn what_cannot_be_seen_makes_no_difference() {
    let russian = matcher("ru", RUSSIAN);
    check(&russian, "\u{200f}часы ра\u{ad}бо\u{200b}ты\u{feff}", "hours");
}

#[test]
fn numbers_are_values_in_any_notation() {
    let russian = matcher("ru", RUSSIAN);
    for question in ["кто вложил $5B", "чьи 5000 млн долларов", "кто дал 5.000.000.000 $"]
    {
        check(&russian, question, "deal");
    }
    let other = "вложили 7 млн руб";
    let explanation = russian.explain(other).to_string();
    assert_ne!(found(&russian, other), "deal", "{explanation}");
    assert!(!explanation.contains("typo of “млрд”"), "{explanation}");
}
