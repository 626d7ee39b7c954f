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
    WhichDoYouMean = "which-do-you-mean": "Which do you mean?";
    DidYouMean = "did-you-mean": "Did you mean one of these?";
    NoneOfTheseButton = "none-of-these-button": "None of these";
    NoneOfThese = "none-of-these": "Then I don't have an answer. I've saved your question for the people who write my answers. /topics shows what I can answer.";
    /// [`Text::NoneOfThese`] where the question is not known any more.
    NoneOfTheseNotNoted = "none-of-these-not-noted": "Then I don't have an answer. /topics shows what I can answer.";
    Unknown = "unknown": "I don't have an answer to that. Closest matches:";
    UnknownNothingNear = "unknown-nothing-near": "I don't have an answer to that. /topics shows what I can answer.";
    UnknownInGroup = "unknown-in-group": "I don't have an answer to that.";
    AnsweredAbove = "answered-above": "{name}, I just answered that ⬆️";
    AnsweredAboveNameless = "answered-above-nameless": "I just answered that ⬆️";
    OldButton = "old-button": "This button is out of date. Please ask again.";
    NothingThere = "nothing-there": "That answer is no longer available. Ask me in your own words.";
    ThanksForThumb = "thanks-for-thumb": "Thanks!";
    ThumbDownNoted = "thumb-down-noted": "Thanks, I've let the people who write my answers know.";
    OnlyText = "only-text": "I can only read text. Please type your question.";
    SlowDown = "slow-down": "That's a lot at once. Please wait a minute, then ask again.";
    AskWhat = "ask-what": "What would you like to know? For example: /ask {example}";
    UnknownCommand = "unknown-command": "I don't know that command. See /help.";

    // Finding one's way.
    StartHelp = "start-help": "/help lists what I can do.";
    /// [`Text::StartHelp`] where questions to tap stand below.
    StartExamples = "start-examples": "Tap a question, or type your own. /help lists what I can do.";
    HelpPrivate = "help": "Ask in your own words. If I don't have the answer, I'll say so.\n\n- /topics – what I can answer\n- /glossary – terms explained\n- /define – explain a term: `/define {term}`\n- /quiz – take a quiz: `/quiz 5 20` for 5 questions, 20 seconds each\n- /guess – guess numbers, closest wins\n- /stop – stop the quiz\n- /top – leaderboard\n- /about – where my answers come from\n- /privacy – what I store\n- /forgetme – delete your data";
    /// Below [`Text::HelpPrivate`], for the people who run the bot.
    HelpOwners = "help-for-owners": "**For owners**\n\n- /misses – unanswered questions\n- /stats – how much I'm used\n- /why – why I gave an answer (reply to it)";
    HelpGroup = "help-in-group": "Ask me with `/ask` and your question, mention @{username}, or reply to one of my messages.\n\n- /quiz – a quiz for everyone here\n- /guess – guess numbers, closest wins\n- /guess – guess numbers, closest wins\n- /stop – stop the quiz\n- /top – leaderboard\n- /topics – what I can answer\n- /define – explain a term\n- /settings – for admins";
    GroupHello = "group-hello": "Hello! To ask me something, write `/ask` and your question, mention @{username}, or reply to one of my messages. /quiz starts a quiz. {sight}";
    SeesOnlyWhatIsMeant = "sees-only-what-is-meant": "I only see messages addressed to me.";
    SeesEverything = "sees-everything": "I can see every message here, but I only answer those addressed to me and don't store the others.";
    About = "about": "**{name}**\n\nMy answers come from:\n\n{source}\n\nEvery answer was written by a person. I pick the one that fits and never make anything up.";
    TopicsHeading = "topics": "**What I can answer**";
    OtherTopics = "other-topics": "Other";
    GlossaryHeading = "glossary": "**Glossary**";
    GlossaryEmpty = "glossary-empty": "There are no terms in the glossary yet.";
    TopicsEmpty = "topics-empty": "I don't have any answers yet.";
    ReadOnButton = "read-on-button": "Read more ⬇️";
    BackButton = "back-button": "‹ Back";
    NextButton = "next-button": "Next ›";
    PreviousButton = "previous-button": "‹ Previous";
    DefineWhat = "define-what": "Which term? For example: /define {term}";
    NoSuchTerm = "no-such-term": "I don't have that term. The glossary has:";

    // Privacy.
    Privacy = "privacy": "**What I store**\n\n- For leaderboards: your name and your quiz points, until you delete them.\n- While a quiz is running: who takes part and how they vote.\n- Your 👍 or 👎 on an answer, with your Telegram ID but not your name, until you delete it.\n- The settings of each chat and the quiz questions it has had, so that they don't repeat. For our private chat, until you delete them.\n- The IDs of messages I sent, so that their buttons work, for 60 days.\n- How much you write to me per minute, with your Telegram ID, to prevent flooding, for a day.\n- Questions I couldn't answer, without who asked and without email addresses, phone, card or account numbers, for six months.\n- In groups, the text of recently answered questions, with the Telegram ID of the person who asked, for a day.\n- Your messages wait in a queue until I've answered them, and are then deleted. If something goes wrong, I keep them for a month so that it can be fixed.\n\nThat's all, and nobody else gets it. /forgetme deletes what I store about you.";
    ForgetAsk = "forget-ask": "Delete your points, your name on leaderboards and your thumbs in all chats, and what I remember about this chat? A quiz running here will end. This can't be undone.";
    ForgetButton = "forget-button": "Delete";
    KeepButton = "keep-button": "Keep";
    Forgotten = "forgotten": "Done. Everything I stored about you has been deleted.";
    Kept = "kept": "Nothing was deleted.";
    ForgetInPrivate = "forget-in-private": "Please send me /forgetme in a private chat: t.me/{username}";

    // Quiz.
    QuizLobby = "quiz-lobby": "🎲 **Quiz**: {n} {n|question|questions} of {seconds} {seconds|second|seconds}{topic}.\n\n{players}\n\nTap *Join*. The quiz starts 10 seconds after two people have joined.";
    QuizLobbyTopic = "quiz-lobby-topic": "about {topic}";
    QuizNobodyYet = "quiz-nobody-yet": "Nobody has joined yet.";
    QuizReady = "quiz-ready": "Joined: {names}";
    QuizReadyButton = "quiz-ready-button": "🙋 Join";
    QuizStartButton = "quiz-start-button": "▶ Start now";
    QuizStarting = "quiz-starting": "🎲 Here we go: {n} {n|question|questions} of {seconds} {seconds|second|seconds}.";
    QuizLobbyOver = "quiz-lobby-over": "Not enough people joined, so the quiz is off. /quiz starts another.";
    QuizOff = "quiz-off": "The quiz was stopped.";
    QuizYouAreIn = "quiz-you-are-in": "You're in!";
    QuizRunning = "quiz-running": "A quiz is already running here ⬆️ /stop ends it.";
    QuizOnlyStarterStarts = "quiz-only-starter-starts": "Only the person who started it, or an admin, can start it early.";
    QuizOnlyStarterStops = "quiz-only-starter-stops": "Only the person who started it, or an admin, can stop it.";
    QuizOnlyAdmins = "quiz-only-admins": "In this group, only admins can start a quiz.";
    QuizNone = "quiz-none": "No quiz is running here. /quiz starts one.";
    QuizNoQuestions = "quiz-no-questions": "I don't have quiz questions about that. /quiz without a topic covers everything.";
    QuizNoQuestionsAtAll = "quiz-no-questions-at-all": "I don't have any quiz questions yet.";
    QuizQuestionsRange = "quiz-questions-range": "A quiz can have {least} to {most} questions. For example: /quiz 5 20";
    QuizSecondsRange = "quiz-seconds-range": "A question can take {least} to {most} seconds. For example: /quiz 5 20";
    QuizTooManyNumbers = "quiz-too-many-numbers": "Please give at most two numbers: how many questions, and seconds for each. For example: /quiz 5 20";
    QuizPausedSilent = "quiz-paused-silent": "⏸ Nobody answered the last two questions, so I paused the quiz.";
    QuizPausedNoRights = "quiz-paused-no-rights": "⏸ I'm not allowed to send polls here, so I paused the quiz. Once an admin allows it, tap *Resume*.";
    QuizPausedTrouble = "quiz-paused-trouble": "⏸ I couldn't send the question, so I paused the quiz.";
    QuizResumeButton = "quiz-resume-button": "▶ Resume";
    QuizStopButton = "quiz-stop-button": "⏹ Stop";
    QuizResumed = "quiz-resumed": "▶ Back to the quiz!";
    QuizOver = "quiz-over": "🏁 **Quiz finished**: {n} {n|question|questions}.";
    QuizRankingLine = "quiz-ranking-line": "{place} {name} – {right} of {asked}, {time} s";
    QuizMore = "quiz-more": "and {n} more";
    /// Below the ranking.
    QuizTimes = "quiz-times": "_Ties are decided by total time._";
    QuizNobodyVoted = "quiz-nobody-voted": "Nobody answered.";
    QuizPrivateResult = "quiz-private-result": "🏁 **{right} of {asked}** right, in {time} s.";
    QuizNoVote = "quiz-no-vote": "🏁 {n} {n|question|questions}, and no answer from you.";
    QuizReadUpOn = "quiz-read-up-on": "Worth reading: {titles}";
    QuizAgainButton = "quiz-again-button": "🔁 Play again";
    QuizReadButton = "quiz-read-button": "📖 {title}";

    // Closest guess.
    GuessPrompt = "guess-prompt": "{what}: what do you think?";
    GuessQuestion = "guess-question": "🎯 **{prompt}**\n\nSend a number: {hint}";
    /// How to answer in a group.
    GuessHow = "guess-how": "Reply to this message, or tap *Guess*. Closest wins. You have {seconds} {seconds|second|seconds} and can change your guess.";
    GuessButton = "guess-button": "🎯 Guess";
    GuessYours = "guess-yours": "{name}, what is your guess? {hint}";
    GuessReplyToMe = "guess-reply-to-me": "Reply to the message I sent you with a number.";
    GuessDateHint = "guess-date-hint": "a date, such as May 2021";
    GuessIn = "guess-in": "Guesses so far: {names}";
    GuessNotANumber = "guess-not-a-number": "I can't read that as a number. Try it like this: {hint}";
    GuessAnswer = "guess-answer": "🎯 It is **{answer}**.";
    GuessLine = "guess-line": "{place} {name} – {guess}";
    GuessFarOff = "guess-far-off": "Far off: {names}";
    GuessNobody = "guess-nobody": "Nobody sent a number.";
    GuessNear = "guess-near": "Close enough: you get the point.";
    GuessNotNear = "guess-not-near": "Not this time. A guess counts if it is within a tenth.";
    GuessNoQuestions = "guess-no-questions": "I don't have any numbers to guess yet.";

    // Quiz questions that are made from figures and terms. `{number|…|…}` is the form for a `what` that is singular
    // or plural.
    QuizAskValue = "quiz-ask-value": "{what}: which is correct?";
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
    QuizAskTerm = "quiz-ask-term": "Which term is this? “{definition}”";
    QuizAskMeaning = "quiz-ask-meaning": "What does “{term}” mean?";
    QuizExplanation = "quiz-explanation": "{fact}.";
    QuizExplanationAsOf = "quiz-explanation-as-of": "{fact} (as of {date}).";
    QuizRead = "quiz-read": "Read: {title}";
    /// What people may write behind `/quiz` for questions about figures.
    QuizTopicFigures = "quiz-topic-figures": "figures numbers facts";
    QuizTopicMoney = "quiz-topic-money": "money dollars amounts costs";
    /// What people may write behind `/quiz` for questions of this `difficulty`.
    QuizTopicEasy = "quiz-topic-easy": "easy";
    QuizTopicMedium = "quiz-topic-medium": "medium";
    QuizTopicHard = "quiz-topic-hard": "hard";
    /// What people may write behind `/quiz` for questions about terms.
    QuizTopicTerms = "quiz-topic-terms": "glossary terms definitions";
    TableWeek = "table-week": "🏆 **This week**";
    TableEver = "table-ever": "🏆 **All time**";
    TableLine = "table-line": "{place} {name} – **{right}** {right|point|points}, {percent} %, {rounds} {rounds|round|rounds}";
    TableYou = "table-you": "{place} {name} (you) – **{right}** {right|point|points}, {percent} %, {rounds} {rounds|round|rounds}";
    TableEmpty = "table-empty": "No scores yet. Play a quiz with at least two people: /quiz";
    /// Below the tables.
    TableRules = "table-rules": "_Correct answers in quizzes with at least two players. Ties are decided by total time._";
    TableNobodyThisWeek = "table-nobody-this-week": "Nobody has played this week yet.";

    // Settings of a group.
    SettingsHeading = "settings": "**Group settings** (admins only)";
    SettingsWhoStarts = "settings-who-starts": "Who can start a quiz: {who}";
    SettingsEverybody = "settings-everybody": "everyone";
    SettingsAdmins = "settings-admins": "admins";
    SettingsLength = "settings-length": "Questions per quiz: {n}";
    SettingsSeconds = "settings-seconds": "Seconds per question: {n}";
    SettingsUnasked = "settings-unasked": "Answer unasked when very sure: {state}";
    SettingsTidy = "settings-tidy": "Delete my short notices: {state}";
    SettingsOn = "settings-on": "on";
    SettingsOff = "settings-off": "off";
    SettingsNever = "settings-never": "never";
    SettingsMinutes = "settings-minutes": "after {n} {n|minute|minutes}";
    SettingsNeedSight = "settings-need-sight": "I need to see all messages for that. Make me an admin here, or ask my owner to turn off privacy mode in @BotFather, restart me and add me again.";
    SettingsOnlyAdmins = "settings-only-admins": "Only admins can change the settings.";
    SettingsOnlyGroups = "settings-only-groups": "Settings are for groups only.";
    SettingsDone = "settings-done": "Saved.";

    // For the owners.
    MissesNone = "misses-none": "No unanswered questions 🎉";
    MissesHeading = "misses": "**Unanswered** ({n} {n|question|questions}), {page}/{pages}";
    MissLine = "miss-line": "“{question}” – {n}×";
    MissOtherWords = "miss-other-words": "also “{question}” – {n}×";
    MissMoreWords = "miss-more-words": "and {n} more {n|wording|wordings}";
    MissUnknown = "miss-unknown": "{n}× no answer";
    MissNoneOfThese = "miss-none-of-these": "{n}× none of my suggestions";
    MissDisliked = "miss-disliked": "{n}× 👎";
    MissLast = "miss-last": "last asked on {date}";
    MissAddButton = "miss-add-button": "➕ {title}";
    MissIgnoreButton = "miss-ignore-button": "Ignore";
    MissAdded = "miss-added": "Added to “{title}”. It goes live in a moment.";
    MissAddFailed = "miss-add-failed": "Not added. {reason}";
    FolderBroken = "folder-broken": "⚠️ The last change to my folder has an error. What worked before still works. Please fix:";
    FolderMended = "folder-mended": "✅ Fixed. All changes are live.";
    StatsHeading = "stats": "**Last {n} {n|day|days}**";
    StatsTotals = "stats-totals": "{questions} asked: {answered} answered, {chosen} offered a choice, {unknown} unanswered, {outside} out of scope, {talk} small talk. Quizzes: {rounds}.";
    WhyReply = "why-reply": "Reply to one of my answers with /why.";
    WhyNoQuestion = "why-no-question": "That wasn't an answer to a question: it came from a command or a button.";
    WhyForgotten = "why-forgotten": "I no longer have the question for that answer.";

    // Menus.
    MenuAsk = "menu-ask": "Ask a question";
    MenuTopics = "menu-topics": "See what I can answer";
    MenuGlossary = "menu-glossary": "Browse the glossary";
    MenuDefine = "menu-define": "Explain a term";
    MenuQuiz = "menu-quiz": "Start a quiz, for example /quiz 5 20";
    MenuGuess = "menu-guess": "Guess numbers, closest wins";
    MenuStop = "menu-stop": "Stop the quiz";
    MenuTop = "menu-top": "See the leaderboard";
    MenuHelp = "menu-help": "See what I can do";
    MenuAbout = "menu-about": "See where my answers come from";
    MenuPrivacy = "menu-privacy": "See what I store";
    MenuForgetMe = "menu-forgetme": "Delete your data";
    MenuMisses = "menu-misses": "See unanswered questions";
    MenuStats = "menu-stats": "See how much I'm used";
    MenuWhy = "menu-why": "See why I gave an answer: reply to it";
    MenuSettings = "menu-settings": "Change the group settings";
    Description = "description": "Ask me about {source}. Every answer was written by a person; if I don't have one, I'll say so. I also run quizzes, here and in groups.";
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
