//! The bot's own words, all in one place. The folder can replace each of them, so that a bot in another
//! language is a matter of the folder: `[bot.texts]` maps a key below to a wording.
//!
//! A wording is small Markdown with placeholders: `{name}` stands for a value, and `{n|question|questions}`
//! for the form that the number `n` takes. Two forms are *one* and *other*; three are *one*, *few* and
//! *many* as Slavic languages count. Values are inserted as they are: what a person typed is never read
//! as Markdown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::rich_text::{RichText, markdown};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $key:literal: $default:literal;)*) => {
        /// One of the bot's own texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Text {
            $($(#[$doc])* $name,)*
        }

        impl Text {
            /// All texts, in the order of this file.
            pub const ALL: &[Text] = &[$(Text::$name,)*];

            /// The key that replaces it in `[bot.texts]`.
            pub fn key(self) -> &'static str {
                match self { $(Text::$name => $key,)* }
            }

            /// The wording that ships with the bot.
            pub fn default_wording(self) -> &'static str {
                match self { $(Text::$name => $default,)* }
            }
        }
    };
}

texts! {
    // Answers.
    SourceLine = "source-line": "_Source: {section}_";
    ShareButton = "share-button": "Share";
    DidYouMean = "did-you-mean": "Did you mean:";
    NoneOfTheseButton = "none-of-these-button": "None of these";
    NoneOfThese = "none-of-these": "Then I have no answer to that. I noted the question for the people who keep my answers. What I do know about is under /topics.";
    /// [`Text::NoneOfThese`] where the question is not known any more.
    NoneOfTheseNotNoted = "none-of-these-not-noted": "Then I have no answer to that. What I do know about is under /topics.";
    Unknown = "unknown": "I don't know that: it is not in what I was given. These come nearest:";
    UnknownNothingNear = "unknown-nothing-near": "I don't know that: it is not in what I was given. What I do know about is under /topics.";
    UnknownInGroup = "unknown-in-group": "I don't know that one.";
    AnsweredAbove = "answered-above": "{name}, I answered that just above ⬆️";
    AnsweredAboveNameless = "answered-above-nameless": "I answered that just above ⬆️";
    OldButton = "old-button": "That has changed since. Please ask again.";
    NothingThere = "nothing-there": "There is no answer by that name (any more). Ask me in your own words.";
    ThanksForThumb = "thanks-for-thumb": "Thank you!";
    ThumbDownNoted = "thumb-down-noted": "Thank you, noted for the people who keep my answers.";
    OnlyText = "only-text": "I can only read text. Ask me a question in words.";
    SlowDown = "slow-down": "That is a lot at once. Give me a minute, then ask again.";
    AskWhat = "ask-what": "Ask me something, for example: /ask {example}";
    UnknownCommand = "unknown-command": "I don't know that command. /help lists those I know.";

    // Finding one's way.
    StartHelp = "start-help": "/help tells all that I can do.";
    HelpPrivate = "help": "Ask me in your own words: I look for the answer in what people wrote for me, and say so when there is none.\n\n- /topics – what I know about\n- /glossary – terms explained\n- /define – one term, such as `/define {term}`\n- /quiz – a quiz: `/quiz 5 20` asks 5 questions of 20 seconds\n- /stop – stop the quiz\n- /top – who knows best\n- /about – where my answers come from\n- /privacy – what I store\n- /forgetme – delete what I store about you";
    HelpGroup = "help-in-group": "Ask me with `/ask your question`, by mentioning @{username}, or by replying to one of my messages.\n\n- /quiz – a quiz for everybody here\n- /stop – stop it\n- /top – this group's table\n- /topics – what I know about\n- /define – one term explained\n- /settings – for admins";
    GroupHello = "group-hello": "Hello! I answer questions: write `/ask` and your question, mention @{username}, or reply to one of my messages. /quiz starts a quiz. {sight}";
    SeesOnlyWhatIsMeant = "sees-only-what-is-meant": "I see only what is addressed to me.";
    SeesEverything = "sees-everything": "I can see all messages here, but answer only those addressed to me, and store none of the others.";
    About = "about": "**{name}**\n\nMy answers rest on:\n\n{source}\n\nEvery answer was written by a person. I only look up the one that fits; I make nothing up.";
    TopicsHeading = "topics": "**What I know about**";
    OtherTopics = "other-topics": "Other";
    GlossaryHeading = "glossary": "**Glossary**";
    GlossaryEmpty = "glossary-empty": "There are no terms in my glossary yet.";
    TopicsEmpty = "topics-empty": "There are no answers in my folder yet.";
    ReadOnButton = "read-on-button": "Read on ⬇️";
    BackButton = "back-button": "‹ Back";
    NextButton = "next-button": "Next ›";
    PreviousButton = "previous-button": "‹ Previous";
    DefineWhat = "define-what": "Which term? For example: /define {term}";
    NoSuchTerm = "no-such-term": "I have no such term. The glossary has:";

    // Privacy.
    Privacy = "privacy": "**What I store**\n\n- For the tables: your name, and your points in quiz rounds that count, until you delete them.\n- While a quiz runs: who takes part, and how they vote.\n- Your thumb up or down under an answer, by your number, without your name, until you delete it.\n- Which quiz questions a chat was asked, so that they do not repeat, and its settings; of our private chat until you delete them.\n- The numbers of the messages I sent, so that their buttons work, for 60 days.\n- How much you wrote to me within a minute, by your number, so that nobody floods a chat, for a day.\n- Questions I could not answer, in their words, without who asked, for half a year.\n- In a group, the text of the last answered questions with the number of the person who asked, for a day.\n- What you send waits in a queue until I have answered it, and is deleted then. If I fail at it, it is kept for a month, so that the mistake can be mended.\n\nNothing else, and nobody else gets it. /forgetme deletes what there is about you.";
    ForgetAsk = "forget-ask": "Delete your points, your name in the tables and your thumbs, in all chats, and what I remember of this one? A quiz here ends. This cannot be undone.";
    ForgetButton = "forget-button": "Delete";
    KeepButton = "keep-button": "Keep";
    Forgotten = "forgotten": "Done: what I stored about you is deleted.";
    Kept = "kept": "Nothing was deleted.";
    ForgetInPrivate = "forget-in-private": "Please write /forgetme to me in private: t.me/{username}";

    // Quiz.
    QuizLobby = "quiz-lobby": "🎲 **Quiz**: {n} {n|question|questions} of {seconds} seconds{topic}.\n\n{players}\n\nTap *I'm ready*. We begin 10 seconds after two are ready.";
    QuizLobbyTopic = "quiz-lobby-topic": "about {topic}";
    QuizNobodyYet = "quiz-nobody-yet": "Nobody is ready yet.";
    QuizReady = "quiz-ready": "Ready: {names}";
    QuizReadyButton = "quiz-ready-button": "🙋 I'm ready";
    QuizStartButton = "quiz-start-button": "▶ Start now";
    QuizStarting = "quiz-starting": "🎲 Here we go: {n} {n|question|questions} of {seconds} seconds.";
    QuizLobbyOver = "quiz-lobby-over": "It takes two, or a tap on *Start now*: the quiz is off. /quiz opens another.";
    QuizOff = "quiz-off": "The quiz is off.";
    QuizYouAreIn = "quiz-you-are-in": "You're in!";
    QuizRunning = "quiz-running": "A quiz is running here already, see above ⬆️. /stop ends it.";
    QuizOnlyStarterStarts = "quiz-only-starter-starts": "Only who opened the quiz, or an admin, can start it early.";
    QuizOnlyStarterStops = "quiz-only-starter-stops": "Only who opened the quiz, or an admin, can stop it.";
    QuizOnlyAdmins = "quiz-only-admins": "In this group only admins start quizzes.";
    QuizNone = "quiz-none": "No quiz is running here. /quiz starts one.";
    QuizNoQuestions = "quiz-no-questions": "I have no quiz questions about that. /quiz without a topic asks about everything.";
    QuizNoQuestionsAtAll = "quiz-no-questions-at-all": "There are no quiz questions in my folder yet.";
    QuizQuestionsRange = "quiz-questions-range": "A quiz has {least} to {most} questions. For example: /quiz 5 20";
    QuizSecondsRange = "quiz-seconds-range": "A question takes {least} to {most} seconds. For example: /quiz 5 20";
    QuizTooManyNumbers = "quiz-too-many-numbers": "Two numbers at most: how many questions, and how many seconds for each. For example: /quiz 5 20";
    QuizPausedSilent = "quiz-paused-silent": "⏸ Nobody voted twice in a row, so I paused the quiz.";
    QuizPausedNoRights = "quiz-paused-no-rights": "⏸ I may not send polls here, so I paused the quiz. An admin can allow it; then tap *Resume*.";
    QuizPausedTrouble = "quiz-paused-trouble": "⏸ I could not send the question, so I paused the quiz.";
    QuizResumeButton = "quiz-resume-button": "▶ Resume";
    QuizStopButton = "quiz-stop-button": "⏹ Stop";
    QuizResumed = "quiz-resumed": "▶ On we go.";
    QuizOver = "quiz-over": "🏁 **The quiz is over**: {n} {n|question|questions}.";
    QuizRankingLine = "quiz-ranking-line": "{place} {name} – {right} of {asked}, {time} s";
    QuizMore = "quiz-more": "and {n} more";
    QuizNobodyVoted = "quiz-nobody-voted": "Nobody voted.";
    QuizPrivateResult = "quiz-private-result": "🏁 **{right} of {asked}** right, in {time} s.";
    QuizNoVote = "quiz-no-vote": "🏁 {n} {n|question|questions}, and no vote from you.";
    QuizReadUpOn = "quiz-read-up-on": "Worth reading: {titles}";
    QuizAgainButton = "quiz-again-button": "🔁 Again";
    QuizReadButton = "quiz-read-button": "📖 {title}";

    // Quiz questions that are made from figures and terms. `{number|…|…}` is the form for a `what` that is singular
    // or plural.
    QuizAskValue = "quiz-ask-value": "{what}: what is right?";
    /// [`Text::QuizAskValue`] where the grammar of `what` is certain.
    QuizAskWhatIs = "quiz-ask-what-is": "What {number|is|are} {what}?";
    /// [`Text::QuizAskWhatIs`] for a sum of money.
    QuizAskHowMuch = "quiz-ask-how-much": "How much {number|is|are} {what}?";
    QuizAskWhich = "quiz-ask-which": "Which of these is {value}?";
    /// [`Text::QuizAskWhich`] for a sum of money.
    QuizAskWhichAmounts = "quiz-ask-which-amounts": "Which of these amounts to {value}?";
    QuizAskTrue = "quiz-ask-true": "Which statement is true?";
    QuizFact = "quiz-fact": "{what}: {value}";
    /// [`Text::QuizFact`] where the grammar of `what` is certain.
    QuizFactIs = "quiz-fact-is": "{what} {number|is|are} {value}";
    QuizAskTerm = "quiz-ask-term": "Which term is meant? “{definition}”";
    QuizAskMeaning = "quiz-ask-meaning": "What is meant by “{term}”?";
    QuizExplanation = "quiz-explanation": "{fact}.";
    QuizExplanationAsOf = "quiz-explanation-as-of": "{fact} (as of {date}).";
    QuizRead = "quiz-read": "Read: {title}";
    /// What people may write behind `/quiz` for questions about figures.
    QuizTopicFigures = "quiz-topic-figures": "figures numbers facts";
    QuizTopicMoney = "quiz-topic-money": "money dollars sums costs";
    /// What people may write behind `/quiz` for questions of this `difficulty`.
    QuizTopicEasy = "quiz-topic-easy": "easy";
    QuizTopicMedium = "quiz-topic-medium": "medium";
    QuizTopicHard = "quiz-topic-hard": "hard";
    /// What people may write behind `/quiz` for questions about terms.
    QuizTopicTerms = "quiz-topic-terms": "glossary terms definitions";
    TableWeek = "table-week": "**This week**";
    TableEver = "table-ever": "**All time**";
    TableLine = "table-line": "{place} {name} – {right} of {asked}";
    TableYou = "table-you": "{place} {name} (you) – {right} of {asked}";
    TableEmpty = "table-empty": "No table yet: rounds with two or more players count. /quiz starts one.";
    TableNobodyThisWeek = "table-nobody-this-week": "Nobody has played this week.";

    // Settings of a group.
    SettingsHeading = "settings": "**Settings of this group** (admins only)";
    SettingsWhoStarts = "settings-who-starts": "Who may start quizzes: {who}";
    SettingsEverybody = "settings-everybody": "everybody";
    SettingsAdmins = "settings-admins": "admins";
    SettingsLength = "settings-length": "Questions of a quiz: {n}";
    SettingsSeconds = "settings-seconds": "Seconds for a question: {n}";
    SettingsUnasked = "settings-unasked": "Answer unasked questions when very sure: {state}";
    SettingsTidy = "settings-tidy": "Delete my short notices after: {state}";
    SettingsOn = "settings-on": "yes";
    SettingsOff = "settings-off": "no";
    SettingsMinutes = "settings-minutes": "{n} {n|minute|minutes}";
    SettingsNeedSight = "settings-need-sight": "For this I must see all messages: make me an admin of this group. Or whoever runs me turns privacy mode off at @BotFather, restarts me, and adds me again.";
    SettingsOnlyAdmins = "settings-only-admins": "Only admins change the settings.";
    SettingsOnlyGroups = "settings-only-groups": "Settings are for groups.";
    SettingsDone = "settings-done": "Saved.";

    // For the owners.
    MissesNone = "misses-none": "Every question was answered. 🎉";
    MissesHeading = "misses": "**Not answered** ({n} {n|question|questions}), {page}/{pages}";
    MissLine = "miss-line": "“{question}” – {n}×";
    MissOtherWords = "miss-other-words": "also “{question}” – {n}×";
    MissMoreWords = "miss-more-words": "and in {n} {n|other way|other ways}";
    MissUnknown = "miss-unknown": "{n}× not understood";
    MissNoneOfThese = "miss-none-of-these": "{n}× none of what I offered";
    MissDisliked = "miss-disliked": "{n}× 👎";
    MissLast = "miss-last": "last on {date}";
    MissAddButton = "miss-add-button": "➕ {title}";
    MissIgnoreButton = "miss-ignore-button": "Ignore";
    MissAdded = "miss-added": "Added to “{title}”; the bot goes by it in a moment.";
    MissAddFailed = "miss-add-failed": "Not added. {reason}";
    FolderBroken = "folder-broken": "⚠️ A change in my folder has a mistake. What worked before it still works; this is to be mended:";
    FolderMended = "folder-mended": "✅ My folder is mended, and all of it is in force.";
    StatsHeading = "stats": "**The last {n} {n|day|days}**";
    StatsTotals = "stats-totals": "{questions} asked: {answered} answered, {chosen} offered a choice, {unknown} unknown, {outside} out of scope, {talk} small talk. Quiz rounds: {rounds}.";
    WhyReply = "why-reply": "Reply with /why to one of my answers.";
    WhyNoQuestion = "why-no-question": "I know of no question to that: a command or a button brought it up.";
    WhyForgotten = "why-forgotten": "I no longer have the question to that answer.";

    // Menus.
    MenuAsk = "menu-ask": "Ask a question";
    MenuTopics = "menu-topics": "What I know about";
    MenuGlossary = "menu-glossary": "Terms explained";
    MenuDefine = "menu-define": "Explain one term";
    MenuQuiz = "menu-quiz": "Start a quiz, such as /quiz 5 20";
    MenuStop = "menu-stop": "Stop the quiz";
    MenuTop = "menu-top": "Who knows best";
    MenuHelp = "menu-help": "How to use me";
    MenuAbout = "menu-about": "Where my answers come from";
    MenuPrivacy = "menu-privacy": "What I store";
    MenuForgetMe = "menu-forgetme": "Delete what I store about you";
    MenuSettings = "menu-settings": "Settings of this group";
    Description = "description": "Ask me about {source}. Every answer was written by a person; when I have none, I say so. I also run quizzes, here and in groups.";
    ShortDescription = "short-description": "Answers and quizzes about {source}.";
}

/// The wordings in force: the folder's where it has one, else the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    replaced: BTreeMap<Text, String>,
}

/// What a placeholder stands for.
#[derive(Debug, Clone)]
pub enum Value {
    Number(i64),
    Words(RichText),
}

impl From<&str> for Value {
    fn from(words: &str) -> Self {
        Value::Words(RichText::plain(words))
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Value::Words(RichText::plain(words))
    }
}

impl From<RichText> for Value {
    fn from(words: RichText) -> Self {
        Value::Words(words)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}

impl Texts {
    /// Takes the folder's wordings. Keys that name no text are left out.
    pub fn new<'a>(wordings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Texts {
        let by_key: BTreeMap<&str, Text> = Text::ALL.iter().map(|text| (text.key(), *text)).collect();
        let replaced = wordings
            .into_iter()
            .filter_map(|(key, wording)| Some((*by_key.get(key)?, wording.to_owned())))
            .collect();
        Texts { replaced }
    }

    /// Whether the folder has a wording of its own for a text.
    pub fn is_replaced(&self, text: Text) -> bool {
        self.replaced.contains_key(&text)
    }

    /// A text for a special case of another one. Where the folder replaces only the general one, that is in force
    /// for the special case, too: what ships may be in another language.
    pub fn special(&self, special: Text, general: Text) -> Text {
        if self.is_replaced(general) && !self.is_replaced(special) { general } else { special }
    }

    /// The wording of a text with its placeholders filled in. A placeholder without a value stays as it is.
    pub fn say(&self, text: Text, values: &[(&str, Value)]) -> RichText {
        let wording = self.replaced.get(&text).map_or(text.default_wording(), String::as_str);
        fill(&markdown(wording), values)
    }

    /// The same as characters only: for buttons and menus, which take no formatting.
    pub fn label(&self, text: Text, values: &[(&str, Value)]) -> String {
        self.say(text, values).text
    }
}

/// The names of the placeholders in a wording.
pub fn placeholder_names(wording: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = placeholder(wording, from) {
        names.extend(wording[start + 1..end - 1].split('|').next());
        from = end;
    }
    names
}

/// Puts the values in place of `{name}` and `{name|one|other}`; formatting around a placeholder goes on over
/// its value.
fn fill(template: &RichText, values: &[(&str, Value)]) -> RichText {
    let mut filled = template.clone();
    let mut from = 0;
    while let Some((start, end)) = placeholder(&filled.text, from) {
        let inside = &filled.text[start + 1..end - 1];
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        let forms: Vec<&str> = parts.collect();
        let value = match values.iter().find(|(known, _)| *known == name) {
            Some((_, Value::Number(number))) if !forms.is_empty() => RichText::plain(plural(*number, &forms)),
            Some((_, Value::Number(number))) => RichText::plain(grouped(*number)),
            Some((_, Value::Words(words))) => isolated(words),
            None => {
                from = end;
                continue;
            }
        };
        from = start + value.text.len();
        filled.replace(start..end, &value);
    }
    filled
}

/// Where Unicode has the scripts that are written from right to left.
const RIGHT_TO_LEFT: [RangeInclusive<char>; 5] = [
    '\u{590}'..='\u{8ff}',
    '\u{fb1d}'..='\u{fdff}',
    '\u{fe70}'..='\u{fefc}',
    '\u{10800}'..='\u{10fff}',
    '\u{1e800}'..='\u{1efff}',
];

/// Words that are written from right to left, set apart so that they do not turn the order of what stands around
/// them: between U+2068 and U+2069 (Unicode Annex 9). Other words stay as they are.
fn isolated(words: &RichText) -> RichText {
    if !words.text.contains(|c| RIGHT_TO_LEFT.iter().any(|range| range.contains(&c))) {
        return words.clone();
    }
    let mut isolated = RichText::plain("\u{2068}");
    isolated.append(words);
    isolated.push("\u{2069}");
    isolated
}

/// The byte range of the first `{…}` at or behind `from`.
fn placeholder(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find('{')?;
    let end = start + text[start..].find('}')? + 1;
    Some((start, end))
}

/// The form that a number takes: *one, other*, or *one, few, many* as in Slavic languages
/// (Unicode CLDR, plural rules of Russian).
fn plural(number: i64, forms: &[&str]) -> String {
    let form = match forms.len() {
        3 => match (number % 10, number % 100) {
            (1, hundred) if hundred != 11 => 0,
            (2..=4, hundred) if !(12..=14).contains(&hundred) => 1,
            _ => 2,
        },
        _ => usize::from(number != 1),
    };
    forms.get(form).or(forms.last()).copied().unwrap_or_default().to_owned()
}

/// A number as people write it: a narrow space between thousands from 10,000 on.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    if number.abs() < 10_000 {
        return digits;
    }
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit != '-' && !grouped.ends_with('-') {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}
