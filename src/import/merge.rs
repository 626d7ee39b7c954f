//! Brings items and a folder together: ids of their own, and nothing that is already there.

use std::collections::{BTreeMap, HashMap, HashSet};

use once_cell::sync::Lazy;
use toml::Value;

use super::{At, Finding, Item};
use crate::export::IN_LANGUAGE;
use crate::knowledge::fill::fill;
use crate::knowledge::words::words;
use crate::knowledge::{Bot, Id, Knowledge, is_same_answer, slug};
use crate::language::{Language, Script, script_of};
use crate::quantity::Locales;

/// What is to be written.
#[derive(Debug, Default)]
pub struct Merged {
    pub items: Vec<Item>,
    pub findings: Vec<Finding>,
    /// How many items were already there, in the folder or earlier in the inputs.
    pub n_known: usize,
}

/// Merges items into a folder, which stays as it is: those of its main language, then of each other one.
pub fn merge(items: Vec<Item>, knowledge: &Knowledge) -> Merged {
    merge_each(items, knowledge, || ())
}

/// As [`merge`], reporting progress after each item.
pub fn merge_each(items: Vec<Item>, knowledge: &Knowledge, mut done: impl FnMut()) -> Merged {
    let mut out = Merged::default();
    let mut by_language: BTreeMap<Option<&str>, Vec<Item>> = BTreeMap::new();
    let main = knowledge.bot.language();
    for item in items {
        let code = item.text(IN_LANGUAGE);
        let language = Language::from_code(code).filter(|it| *it != main);
        if language.is_none() && Language::from_code(code).is_none() && !code.is_empty() {
            let message = format!("no language has the code `{code}`");
            out.findings.push(Finding::error(item.at, message));
            done();
            continue;
        }
        by_language.entry(language.map(Language::code)).or_default().push(item);
    }
    let mut renamed = HashMap::new();
    for (code, items) in by_language {
        let language = code.and_then(Language::from_code);
        let known = match language {
            None => Known::of(knowledge),
            Some(language) => {
                let mut translations = knowledge.translations.iter();
                let known = translations.find(|it| it.bot.language() == language);
                // The translation is still to come.
                known.map_or_else(
                    || Known::of(&Knowledge::default()),
                    |it| {
                        let mut own = it.clone();
                        own.entries.retain(|entry| !it.untranslated.contains(&entry.id));
                        own.terms.retain(|term| !it.untranslated.contains(&term.id));
                        let mut known = Known::of(&own);
                        let entries = it.entries.iter().map(|entry| (&entry.id, &entry.phrasings));
                        let terms = it.terms.iter().map(|term| (&term.id, &term.phrasings));
                        let asked = entries.chain(terms).filter(|(id, _)| it.untranslated.contains(id));
                        known.listed = asked.flat_map(|(_, list)| list).map(|it| words(&it.text)).collect();
                        known
                    },
                )
            }
        };
        let mut merge = Merge { known, wished: HashMap::new(), renamed, out };
        for mut item in items {
            match language {
                None => item.keys.retain(|(key, _)| key != IN_LANGUAGE),
                Some(_) => merge.follow_original(&mut item),
            }
            merge.item(item);
            done();
        }
        (renamed, out) = (merge.renamed, merge.out);
    }
    for item in &mut out.items {
        refer(item, &renamed);
    }
    out
}

/// What exists: in the folder, and among the items so far.
struct Known {
    ids: HashSet<String>,
    /// Each wording with its owner.
    wordings: HashMap<Vec<String>, Owner>,
    prompts: HashSet<Vec<String>>,
    has_bot: bool,
    synonyms: HashSet<Vec<String>>,
    figures: HashSet<String>,
    asks: HashSet<Vec<String>>,
    /// The values of the folder's figures: texts there have them filled in.
    values: HashMap<String, String>,
    /// How people ask for what is not translated yet.
    listed: HashSet<Vec<String>>,
    /// How the folder's languages write numbers.
    locales: Locales,
}

#[derive(Clone)]
struct Owner {
    id: String,
    answer: String,
    /// Where it comes from, if it is new.
    at: Option<At>,
}

impl Known {
    fn of(knowledge: &Knowledge) -> Known {
        let mut wordings = HashMap::new();
        let mut own = |id: &Id, answer: &str, texts: &mut dyn Iterator<Item = &str>| {
            for text in texts {
                let owner = Owner { id: id.to_string(), answer: answer.into(), at: None };
                wordings.entry(words(text)).or_insert(owner);
            }
        };
        for entry in &knowledge.entries {
            own(&entry.id, &entry.answer, &mut entry.wordings().map(|it| it.text.as_str()));
        }
        for term in &knowledge.terms {
            own(&term.id, &term.definition, &mut term.wordings().map(|it| it.text.as_str()));
        }
        for group in &knowledge.out_of_scope {
            own(&group.id, &group.reply, &mut group.examples.iter().map(|it| it.text.as_str()));
        }
        for group in &knowledge.small_talk {
            own(&group.id, &group.reply, &mut group.examples.iter().map(|it| it.text.as_str()));
        }
        let entries = knowledge.entries.iter().map(|it| &it.id);
        let terms = knowledge.terms.iter().map(|it| &it.id);
        let groups = knowledge.out_of_scope.iter().map(|it| &it.id);
        let talk = knowledge.small_talk.iter().map(|it| &it.id);
        Known {
            ids: entries.chain(terms).chain(groups).chain(talk).map(Id::to_string).collect(),
            wordings,
            prompts: knowledge.quiz.iter().map(|it| words(&it.prompt)).collect(),
            has_bot: knowledge.bot != Bot::default(),
            synonyms: knowledge.synonyms.iter().cloned().collect(),
            figures: knowledge.figures.iter().map(|it| it.id.to_string()).collect(),
            values: knowledge.figures.iter().map(|it| (it.id.to_string(), it.value.clone())).collect(),
            listed: HashSet::new(),
            locales: Locales::of(&knowledge.bot.languages),
            asks: knowledge.expectations.iter().map(|it| words(&it.ask.text)).collect(),
        }
    }
}

struct Merge {
    known: Known,
    /// How often an id was wished for, and is numbered at least: of 100,000 alike, not all are tried for each.
    wished: HashMap<String, usize>,
    /// Ids that were taken, and their replacements.
    renamed: HashMap<String, String>,
    out: Merged,
}

impl Known {
    /// A text as in the folder, with its figures filled in.
    fn filled(&self, text: &str) -> String {
        fill(text, |id| self.values.get(id).map(String::as_str))
    }

    fn words(&self, text: &str) -> Vec<String> {
        words(&self.filled(text))
    }
}

impl Merge {
    fn item(&mut self, item: Item) {
        match item.table.as_str() {
            "entry" => self.answer(item, "question", "answer"),
            "term" => self.answer(item, "name", "definition"),
            "out_of_scope" | "small_talk" => self.group(item),
            "quiz" => self.quiz(item),
            "figure" => self.keep_if(item, |known, item| known.figures.insert(item.text("id").to_owned())),
            "expect" => self.keep_if(item, |known, item| known.asks.insert(known.words(item.text("ask")))),
            "bot" => self.keep_if(item, |known, _| !std::mem::replace(&mut known.has_bot, true)),
            "synonyms" => self.synonyms(item),
            "phrasings" => self.phrasings(item),
            other => {
                let shown: String = other.chars().take(40).collect();
                let message = format!("there is no table `{shown}` in a folder");
                self.out.findings.push(Finding::error(item.at, message));
            }
        }
    }

    /// Phrasing lists without a table: of entries that are not translated yet.
    fn phrasings(&mut self, mut item: Item) {
        for (_, value) in &mut item.keys {
            if let Value::Array(list) = value {
                list.retain(|text| self.known.listed.insert(words(text.as_str().unwrap_or_default())));
            }
        }
        item.keys.retain(|(_, value)| value.as_array().is_none_or(|list| !list.is_empty()));
        if item.keys.iter().any(|(_, value)| value.is_array()) {
            self.out.items.push(item);
        } else {
            self.out.n_known += 1;
        }
    }

    /// A translation has the id of its original, even where that had to take another one.
    fn follow_original(&self, item: &mut Item) {
        for (key, value) in &mut item.keys {
            if let ("id", Value::String(id)) = (key.as_str(), value)
                && let Some(new) = self.renamed.get(id.as_str())
            {
                id.clone_from(new);
            }
        }
    }

    fn keep_if(&mut self, item: Item, is_new: impl Fn(&mut Known, &Item) -> bool) {
        if is_new(&mut self.known, &item) {
            self.out.items.push(item);
        } else {
            self.out.n_known += 1;
        }
    }

    fn answer(&mut self, mut item: Item, title: &str, answer: &str) {
        let asked = self.known.words(item.text(title));
        let text = item.text(answer).to_owned();
        if let Some(owner) = self.known.wordings.get(&asked).cloned() {
            let is_same = squeezed(&owner.answer) == squeezed(&self.known.filled(&text));
            if is_same {
                self.out.n_known += 1;
                return;
            }
            let place =
                owner.at.as_ref().map_or_else(|| format!("the folder, `{}`", owner.id), At::to_string);
            let message = format!("the same question has another answer in {place}: keep one of them");
            item.remarks.push(format!(
                "TODO: the same question as `{}`, with another answer. Keep one of them.",
                owner.id
            ));
            self.out.findings.push(Finding::warning(item.at.clone(), message));
        }
        let wish = item.text("id").to_owned();
        let id = self.id(if wish.is_empty() { item.text(title) } else { &wish }, !wish.is_empty());
        if !wish.is_empty() && wish != id {
            self.renamed.insert(wish, id.clone());
        }
        let owner = Owner { id: id.clone(), answer: self.known.filled(&text), at: Some(item.at.clone()) };
        self.known.wordings.entry(asked).or_insert_with(|| owner.clone());
        set(&mut item, "id", id.into());
        for key in ["phrasings", "also"] {
            self.own_wordings(&mut item, key, &owner);
        }
        self.out.items.push(item);
    }

    fn group(&mut self, mut item: Item) {
        let wish = item.text("id").to_owned();
        if self.known.ids.contains(&wish) {
            self.out.n_known += 1;
            return;
        }
        let id = self.id(&wish, true);
        let owner =
            Owner { id: id.clone(), answer: item.text("reply").to_owned(), at: Some(item.at.clone()) };
        set(&mut item, "id", id.into());
        self.own_wordings(&mut item, "examples", &owner);
        if item.list("examples").is_empty() {
            self.out.n_known += 1;
            return;
        }
        self.out.items.push(item);
    }

    /// Drops the phrasings that are already taken.
    fn own_wordings(&mut self, item: &mut Item, key: &str, owner: &Owner) {
        let mut taken: Vec<String> = Vec::new();
        if let Some((_, Value::Array(list))) = item.keys.iter_mut().find(|(it, _)| it == key) {
            list.retain(|text| {
                let text = text.as_str().unwrap_or_default();
                let asked = self.known.words(text);
                let known = self.known.wordings.entry(asked).or_insert_with(|| owner.clone());
                // It was just put there, unless something else has it, or it comes again.
                let is_new = known.id == owner.id && known.at == owner.at;
                if known.id != owner.id {
                    taken.push(format!("“{text}” (`{}`)", known.id));
                }
                is_new
            });
            let mut seen = HashSet::new();
            list.retain(|text| seen.insert(words(text.as_str().unwrap_or_default())));
        }
        item.keys.retain(|(it, value)| it != key || value.as_array().is_none_or(|list| !list.is_empty()));
        if let Some(first) = taken.first() {
            let more = if taken.len() > 1 { format!(" and {} more", taken.len() - 1) } else { String::new() };
            let message = format!("left out, since another entry has it: {first}{more}");
            self.out.findings.push(Finding::warning(item.at.clone(), message));
        }
    }

    fn quiz(&mut self, mut item: Item) {
        let prompt = self.known.words(item.text("prompt"));
        if !self.known.prompts.insert(prompt) {
            self.out.n_known += 1;
            return;
        }
        let right: Vec<String> = match item.get("correct") {
            Some(Value::String(text)) => vec![text.clone()],
            _ => item.list("correct").into_iter().map(str::to_owned).collect(),
        };
        let locales = &self.known.locales;
        let mut dropped = None;
        if let Some((_, Value::Array(list))) = item.keys.iter_mut().find(|(key, _)| key == "distractors") {
            let mut kept: Vec<Value> = Vec::new();
            for value in list.drain(..) {
                let text = value.as_str().unwrap_or_default();
                let again =
                    kept.iter().any(|it| is_same_answer(it.as_str().unwrap_or_default(), text, locales));
                if again || right.iter().any(|it| is_same_answer(it, text, locales)) {
                    dropped = Some(text.to_owned());
                } else {
                    kept.push(value);
                }
            }
            *list = kept;
            if list.is_empty() {
                let message = "no wrong answer is left: each is the same as the right one";
                return self.out.findings.push(Finding::error(item.at, message));
            }
        }
        if let Some(dropped) = dropped {
            let message = format!("left out: the wrong answer “{dropped}” is right, or comes twice");
            self.out.findings.push(Finding::warning(item.at.clone(), message));
        }
        self.out.items.push(item);
    }

    fn synonyms(&mut self, mut item: Item) {
        if let Some((_, Value::Array(groups))) = item.keys.iter_mut().find(|(key, _)| key == "groups") {
            groups.retain(|group| {
                let words =
                    group.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                self.known.synonyms.insert(words.collect())
            });
            if groups.is_empty() {
                self.out.n_known += 1;
                return;
            }
        }
        self.out.items.push(item);
    }

    /// An id of its own: the given one, or one made from the words that matter in a question.
    fn id(&mut self, from: &str, is_given: bool) -> String {
        let base = if is_given { slug(from) } else { readable(from) };
        let base = if base.is_empty() || base == "none" { "question".to_owned() } else { base };
        let tail = |n: usize| if n == 1 { String::new() } else { format!("-{n}") };
        let id_of = |n: usize| {
            let tail = tail(n);
            let room = Id::MAX_LEN - tail.len();
            format!("{}{tail}", base[..base.len().min(room)].trim_end_matches('-'))
        };
        let mut n = self.wished.get(&base).map_or(1, |n| n + 1);
        while self.known.ids.contains(&id_of(n)) {
            n += 1;
        }
        let id = id_of(n);
        self.known.ids.insert(id.clone());
        self.wished.insert(base, n);
        id
    }
}

fn set(item: &mut Item, key: &str, value: Value) {
    item.keys.retain(|(it, _)| it != key);
    item.keys.insert(0, (key.into(), value));
}

/// References follow an id that had to change.
fn refer(item: &mut Item, renamed: &HashMap<String, String>) {
    for (key, value) in &mut item.keys {
        let texts: Vec<&mut String> = match (key.as_str(), value) {
            ("entry", Value::String(text)) => vec![text],
            ("related", Value::Array(list)) => list
                .iter_mut()
                .filter_map(|it| match it {
                    Value::String(text) => Some(text),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        for text in texts {
            if let Some(new) = renamed.get(text.as_str()) {
                text.clone_from(new);
            }
        }
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that are in every question.
static COMMON: Lazy<HashSet<&str>> = Lazy::new(|| COMMON_WORDS.split(' ').collect());

const COMMON_WORDS: &str = "a about all also am an and any are as at be been but by can could did do does for from get had has have how i if in is \
                      it its just like may me must my need of on or our shall should so some than that the their them there these they \
                      this those to us was we were what when where which who why will with would you your please exactly was wie wo \
                      wann warum wer ist sind die der das ein eine ich man kann ihr euch \
                      kogda vy kak gde chto pochemu skolko li v na i ya mne u vas za po eto est mozhno \
                      eotteohge eolmana mueos eodi doenayo issnayo haenayo";

/// Chinese and Japanese words that are in every question: where nothing separates words, they are found by their letters.
/// Longer ones first.
const COMMON_UNSEPARATED: &str = "是什么时候 什么时候 是什么 为什么 什么 怎么样 怎么 怎样 如何 请问 你们 我们 可以 能不能 能否 是否 有没有 哪里 吗 呢 的 了 \
                                  什麼時候 是什麼 為什麼 什麼 怎麼 請問 你們 我們 嗎 何時 何";

/// This many words say what a question is about.
const MOST_WORDS: usize = 4;

/// A word of Chinese has one or two characters.
const MOST_CHARACTERS: usize = 8;

/// `opening-hours` for "What are your opening hours?".
pub(crate) fn readable(question: &str) -> String {
    let has_han = |text: &str| text.chars().any(|letter| script_of(letter) == Some(Script::Han));
    let is_unseparated = has_han(question);
    let slug = match is_unseparated {
        true => slug(&without_grammar(question)),
        false => slug(&question.replace(['\'', '’'], "")),
    };
    let words: Vec<&str> = slug.split('-').filter(|it| !it.is_empty()).collect();
    let telling: Vec<&str> = words.iter().copied().filter(|it| !COMMON.contains(it)).collect();
    let chosen = if telling.is_empty() || is_unseparated { &words } else { &telling };
    let most = if is_unseparated { MOST_CHARACTERS } else { MOST_WORDS };
    chosen.iter().take(most).copied().collect::<Vec<_>>().join("-")
}

/// A question in Chinese characters without what every question has: in Japanese that is all that is written in hiragana.
/// All of it, if nothing else is left.
fn without_grammar(question: &str) -> String {
    let mut telling = question.to_owned();
    for common in COMMON_UNSEPARATED.split_whitespace() {
        telling = telling.replace(common, " ");
    }
    let telling = telling.replace(|letter| ('ぁ'..='ゖ').contains(&letter), " ");
    if telling.chars().any(char::is_alphanumeric) { telling } else { question.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Known, Merge, Merged, readable};
    use crate::knowledge::Knowledge;

    #[test]
    fn ids_say_what_a_question_is_about() {
        #[track_caller]
        fn check(question: &str, expected: &str) {
            assert_eq!(readable(question), expected);
        }
        check("What are your opening hours?", "opening-hours");
        check("Can I bring my dog?", "bring-dog");
        check("Where's the café?", "wheres-cafe");
        check("Who are you?", "who-are-you");
        check("Когда вы открываетесь?", "otkryvaetes");
        check("Скільки коштує доставка?", "skilki-koshtuie-dostavka");
        check("你们几点开门？", "ji-dian-kai-men");
        check("营业时间是什么时候？", "ying-ye-shi-jian");
        check("怎么退货？", "tui-huo");
        check("什么？", "shen-me");
        check("AWS的价格", "aws-jia-ge");
        check("営業時間は何時ですか？", "ying-ye-shi-jian");
        check("駐車場はありますか？", "zhu-che-chang");
        check("キャンセルできますか？", "kiyanserudekimasuka");
        check("영업시간이 어떻게 되나요?", "yeongeobsigani");
        check("배송은 얼마나 걸리나요?", "baesongeun-geollinayo");
        check("Größe und Maße?", "grosse-und-masse");
        check("Pizza 🍕?", "pizza");
    }

    #[test]
    fn ids_that_are_taken_are_numbered() {
        let known = Known::of(&Knowledge::default());
        let mut merge =
            Merge { known, wished: Default::default(), renamed: Default::default(), out: Merged::default() };
        merge.known.ids.insert("hours-2".into());
        for expected in ["hours", "hours-3", "hours-4"] {
            assert_eq!(merge.id("hours", true), expected);
        }
        // As many as a sheet may have rows: each looks on where the last one stopped.
        let last = (0..100_000).map(|_| merge.id("What is a price?", false)).last();
        assert_eq!(last.as_deref(), Some("price-100000"));
    }
}
