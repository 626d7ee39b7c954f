//! Questions in languages other than English: a small folder in each, asked as people type.

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

/// In a folder of two entries no answer is sure: the first candidate must be right, and the other reading be reported.
#[track_caller]
fn check_first(matcher: &Matcher, question: &str, expected: &str) {
    let explanation = matcher.explain(question);
    assert!(explanation.read_as.is_some(), "{explanation}");
    assert_eq!(matcher.rank(question, 1)[0].id.as_str(), expected, "{explanation}");
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
fn invisible_characters_make_no_difference() {
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
    // Another sum is another value, and not a slip.
    let explanation = russian.explain("вложили 7 млн руб").to_string();
    assert!(!explanation.contains("typo of “млрд”"), "{explanation}");
    assert!(!explanation.contains("number"), "{explanation}");
}

/// A sum of another currency or scale is another value: neither it nor its words are slips of those that the folder has.
#[test]
fn another_value_is_never_a_slip() {
    #[rustfmt::skip]
    let checks = [
        ("ru", "Кто вложил 5 млрд долларов?", "чьи миллиарды", "вложили 7 млн руб", "миллионы"),
        ("uk", "Хто вклав 5 млрд доларів?", "чиї мільярди", "вклали 7 млн грн", "мільйони"),
        ("de", "Wer hat 5 Mrd. Dollar gegeben?", "wessen Milliarden", "gaben 7 Mio. Euro", "millionen"),
        ("es", "¿Quién dio 5 billones de dólares?", "de quién son los billones", "dieron 7 millones de euros", "millones"),
        ("fr", "Qui a donné 5 milliards de dollars ?", "à qui les milliards", "donné 7 millions d'euros", "millions"),
        ("pt-br", "Quem deu 5 bilhões de dólares?", "de quem são os bilhões", "deram 7 milhões de reais", "milhões"),
        ("it", "Chi ha dato 5 miliardi di dollari?", "di chi sono i miliardi", "hanno dato 7 milioni di euro", "milioni"),
        ("pl", "Kto dał 5 miliardów dolarów?", "czyje miliardy", "dali 7 milionów złotych", "miliony"),
        ("id", "Siapa memberi 5 miliar dolar?", "uang miliar siapa", "memberi 7 juta rupiah", "juta"),
        ("tr", "5 milyar doları kim verdi?", "milyar kimin", "7 milyon lira verdi", "milyon"),
        ("fa", "چه کسی ۵ میلیارد دلار داد؟", "میلیارد مال کیست", "۷ میلیون تومان داد", "میلیون"),
        ("ar", "من دفع 5 مليارات دولار؟", "لمن هذه مليارات", "دفع 7 ملايين ريال", "مليون"),
        ("hi", "5 अरब डॉलर किसने दिए?", "अरब किसके हैं", "7 करोड़ रुपये दिए", "करोड़"),
    ];
    for (language, question, phrasing, sum, word) in checks {
        let folder = matcher(language, &[("deal", &[question, phrasing]), ("other", &["abc", "xyz"])]);
        let explanation = folder.explain(sum).to_string();
        assert!(!explanation.contains(": number"), "{language}: {explanation}");
        let explanation = folder.explain(word).to_string();
        assert!(!explanation.contains("typo of"), "{language}: {explanation}");
        // The same sum is the same value, whatever its notation.
        if language != "es" {
            let explanation = folder.explain("$5,000,000,000").to_string();
            assert!(explanation.contains(": number"), "{language}: {explanation}");
        }
    }
}

#[test]
fn text_typed_on_the_wrong_keyboard_is_read() {
    let russian = matcher("ru", RUSSIAN);
    check(&russian, "crjkmrj cnjbn ljcnfdrf?", "delivery");
    check(&russian, "Xfcs hf,jns", "hours");
    let explanation = russian.explain("crjkmrj cnjbn ljcnfdrf?").to_string();
    assert!(explanation.contains("keyboard for Russian: сколько стоит доставка?"), "{explanation}");
    let hebrew = matcher(
        "he",
        &[("price", &["כמה עולה משלוח", "מחיר משלוח"]), ("hours", &["מתי אתם פתוחים", "שעות פתיחה"])],
    );
    check_first(&hebrew, "fnv gukv nakuj", "price");
}

#[test]
fn other_scripts_in_latin_letters_are_read() {
    let russian = matcher("ru", RUSSIAN);
    check(&russian, "skolko stoit dostavka", "delivery");
    check(&russian, "kak vernut tovar?", "returns");
    check(&russian, "mozhno vernut'?", "returns");
    let explanation = russian.explain("skolko stoit dostavka").to_string();
    assert!(explanation.contains("Read as Russian in Latin letters"), "{explanation}");
    assert!(explanation.contains("skolko: “сколько” in Latin letters"), "{explanation}");
    let persian = matcher(
        "fa",
        &[
            ("delivery", &["هزینه ارسال چقدر است؟", "قیمت ارسال"]),
            ("hours", &["ساعت کار شما چیست؟", "کی باز هستید"]),
        ],
    );
    check_first(&persian, "hazine ersal cheghadr ast", "delivery");
    // An h that is a sound of its own, and words of nothing but half-vowels.
    let weather = matcher(
        "fa",
        &[
            ("weather", &["هوای فردا چطور است", "هوا چطوره"]),
            ("music", &["آهنگ را Kitchen ادامه بده", "پخش کن"]),
        ],
    );
    check_first(&weather, "hava chetore", "weather");
    check_first(&weather, "hw chtwrh", "weather");
    check_first(&weather, "Kitchen edame bede", "music");
    let ukrainian = matcher(
        "uk",
        &[
            ("on", &["ввімкни вентилятор", "ввімкнути світло"]),
            ("off", &["вимкни вентилятор", "вимкнути світло"]),
        ],
    );
    check_first(&ukrainian, "vvimkny ventylyator", "on");
    check_first(&ukrainian, "vymkny ventylyator", "off");
    let hindi = matcher(
        "hi",
        &[
            ("hours", &["दुकान कब खुलती है?", "खुलने का समय"]),
            ("price", &["डिलीवरी का खर्च कितना है?", "शुल्क कितना है"]),
        ],
    );
    check_first(&hindi, "dukan kab khulti hai", "hours");
}

#[test]
fn names_in_latin_letters_stay_what_they_are() {
    let russian = matcher(
        "ru",
        &[
            ("phone", &["Есть ли у вас iPhone?", "продаёте iPhone"]),
            ("hours", &["Когда вы открыты?", "часы работы"]),
        ],
    );
    let explanation = russian.explain("iPhone").to_string();
    assert!(!explanation.contains("Read as"), "{explanation}");
    let english = matcher("en", &[("hours", &["When are you open?"])]);
    assert!(!english.explain("crjkmrj cnjbn").to_string().contains("Read as"));
}
