//! The bot's own words, in a file for each language, and how a folder replaces them: `[bot.texts]` maps a key below to
//! a wording.
//!
//! A wording is small Markdown with placeholders: `{name}` stands for a value, and `{n|question|questions}`
//! for the form that the number `n` takes; how many forms there are depends on the language ([`plural`]). Values are
//! inserted as they are: what a person typed is never read as Markdown.

mod direction;
mod plural;
mod shipped;

use std::collections::BTreeMap;

use direction::{isolate_commands, isolated};
pub use plural::{has_plural_rules, plural_forms};
pub use shipped::{speaks, spoken};

use crate::language::Language;
use crate::rich_text::{RichText, markdown};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
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
        }
    };
}

texts! {
    // Answers.
    SourceLine = "source-line";
    ShareButton = "share-button";
    WhichDoYouMean = "which-do-you-mean";
    DidYouMean = "did-you-mean";
    NoneOfTheseButton = "none-of-these-button";
    NoneOfThese = "none-of-these";
    /// [`Text::NoneOfThese`] if the question is no longer known.
    NoneOfTheseNotNoted = "none-of-these-not-noted";
    Unknown = "unknown";
    UnknownNothingNear = "unknown-nothing-near";
    UnknownInGroup = "unknown-in-group";
    AnsweredAbove = "answered-above";
    AnsweredAboveNameless = "answered-above-nameless";
    OldButton = "old-button";
    NothingThere = "nothing-there";
    ThanksForThumb = "thanks-for-thumb";
    ThumbDownNoted = "thumb-down-noted";
    OnlyText = "only-text";
    SlowDown = "slow-down";
    AskWhat = "ask-what";
    UnknownCommand = "unknown-command";

    // Finding one's way.
    /// Where the folder has no `greeting`.
    Greeting = "greeting";
    StartHelp = "start-help";
    /// [`Text::StartHelp`] with questions to tap below.
    StartExamples = "start-examples";
    HelpPrivate = "help";
    /// Below [`Text::HelpPrivate`], for the people who run the bot.
    HelpOwners = "help-for-owners";
    HelpGroup = "help-in-group";
    /// Below the others, for a folder in several languages.
    HelpLanguage = "help-language";
    GroupHello = "group-hello";
    SeesOnlyWhatIsMeant = "sees-only-what-is-meant";
    SeesEverything = "sees-everything";
    About = "about";
    TopicsHeading = "topics";
    OtherTopics = "other-topics";
    GlossaryHeading = "glossary";
    GlossaryEmpty = "glossary-empty";
    TopicsEmpty = "topics-empty";
    ReadOnButton = "read-on-button";
    BackButton = "back-button";
    NextButton = "next-button";
    PreviousButton = "previous-button";
    DefineWhat = "define-what";
    NoSuchTerm = "no-such-term";

    // Privacy.
    Privacy = "privacy";
    ForgetAsk = "forget-ask";
    ForgetButton = "forget-button";
    KeepButton = "keep-button";
    Forgotten = "forgotten";
    Kept = "kept";
    ForgetInPrivate = "forget-in-private";

    // Quiz.
    QuizLobby = "quiz-lobby";
    QuizLobbyTopic = "quiz-lobby-topic";
    QuizNobodyYet = "quiz-nobody-yet";
    QuizReady = "quiz-ready";
    QuizReadyButton = "quiz-ready-button";
    QuizStartButton = "quiz-start-button";
    QuizStarting = "quiz-starting";
    QuizLobbyOver = "quiz-lobby-over";
    QuizOff = "quiz-off";
    QuizYouAreIn = "quiz-you-are-in";
    QuizRunning = "quiz-running";
    QuizOnlyStarterStarts = "quiz-only-starter-starts";
    QuizOnlyStarterStops = "quiz-only-starter-stops";
    QuizOnlyAdmins = "quiz-only-admins";
    QuizOnlyMembers = "quiz-only-members";
    QuizNone = "quiz-none";
    QuizNotHere = "quiz-not-here";
    QuizQuiet = "quiz-quiet";
    QuizNoQuestions = "quiz-no-questions";
    QuizNoQuestionsAtAll = "quiz-no-questions-at-all";
    QuizQuestionsRange = "quiz-questions-range";
    QuizSecondsRange = "quiz-seconds-range";
    QuizTooManyNumbers = "quiz-too-many-numbers";
    QuizPausedSilent = "quiz-paused-silent";
    QuizPausedNoRights = "quiz-paused-no-rights";
    QuizPausedTrouble = "quiz-paused-trouble";
    QuizResumeButton = "quiz-resume-button";
    QuizStopButton = "quiz-stop-button";
    QuizResumed = "quiz-resumed";
    QuizOver = "quiz-over";
    QuizRankingLine = "quiz-ranking-line";
    QuizMore = "quiz-more";
    /// Below the ranking.
    QuizTimes = "quiz-times";
    QuizNobodyVoted = "quiz-nobody-voted";
    QuizPrivateResult = "quiz-private-result";
    QuizNoVote = "quiz-no-vote";
    QuizReadUpOn = "quiz-read-up-on";
    QuizAgainButton = "quiz-again-button";
    QuizReadButton = "quiz-read-button";

    // Closest guess.
    GuessPrompt = "guess-prompt";
    GuessQuestion = "guess-question";
    /// How to answer in a group.
    GuessHow = "guess-how";
    GuessButton = "guess-button";
    GuessYours = "guess-yours";
    GuessReplyToMe = "guess-reply-to-me";
    GuessDateHint = "guess-date-hint";
    GuessIn = "guess-in";
    GuessNotANumber = "guess-not-a-number";
    GuessAnswer = "guess-answer";
    GuessLine = "guess-line";
    GuessFarOff = "guess-far-off";
    GuessNobody = "guess-nobody";
    GuessNear = "guess-near";
    GuessNotNear = "guess-not-near";
    GuessNoQuestions = "guess-no-questions";

    // Practice.
    PracticeInPrivate = "practice-in-private";
    PracticeStart = "practice-start";
    PracticeNothing = "practice-nothing";
    PracticeLater = "practice-later";
    PracticeEnd = "practice-end";
    PracticeLearnt = "practice-learnt";
    PracticeNext = "practice-next";
    PracticeNow = "practice-now";
    PracticeRemindButton = "practice-remind-button";
    PracticeWillRemind = "practice-will-remind";
    PracticeReminder = "practice-reminder";
    PracticeOff = "practice-off";

    // One question a day.
    DailyHow = "daily-how";
    DailySet = "daily-set";
    DailyOff = "daily-off";
    DailyOnlyAdmins = "daily-only-admins";
    DailyNoTime = "daily-no-time";
    DailyNoZone = "daily-no-zone";
    DailyNoZoneNear = "daily-no-zone-near";
    DailyNobodyVotes = "daily-nobody-votes";
    DailyNoRights = "daily-no-rights";

    // Quiz questions that are made from figures and terms. `{number|…|…}` is the form for a `what` that is singular
    // or plural.
    QuizAskValue = "quiz-ask-value";
    /// [`Text::QuizAskValue`] where the grammar of `what` is certain.
    QuizAskWhatIs = "quiz-ask-what-is";
    /// [`Text::QuizAskWhatIs`] for a sum of money.
    QuizAskHowMuch = "quiz-ask-how-much";
    QuizAskWhich = "quiz-ask-which";
    /// [`Text::QuizAskWhich`] for a sum of money.
    QuizAskWhichAmounts = "quiz-ask-which-amounts";
    QuizAskTrue = "quiz-ask-true";
    QuizFact = "quiz-fact";
    /// [`Text::QuizFact`] where the grammar of `what` is certain.
    QuizFactIs = "quiz-fact-is";
    QuizAskTerm = "quiz-ask-term";
    QuizAskMeaning = "quiz-ask-meaning";
    QuizExplanation = "quiz-explanation";
    QuizExplanationAsOf = "quiz-explanation-as-of";
    QuizRead = "quiz-read";
    /// What people may type after `/quiz` for questions about figures.
    QuizTopicFigures = "quiz-topic-figures";
    QuizTopicMoney = "quiz-topic-money";
    /// What people may type after `/quiz` for questions of this `difficulty`.
    QuizTopicEasy = "quiz-topic-easy";
    QuizTopicMedium = "quiz-topic-medium";
    QuizTopicHard = "quiz-topic-hard";
    /// What people may type after `/quiz` for questions about terms.
    QuizTopicTerms = "quiz-topic-terms";
    TableWeek = "table-week";
    TableEver = "table-ever";
    TableLine = "table-line";
    TableYou = "table-you";
    TableEmpty = "table-empty";
    /// Below the tables.
    TableRules = "table-rules";
    TableNobodyThisWeek = "table-nobody-this-week";
    TableNobody = "table-nobody";
    TableTopic = "table-topic";
    TableDaily = "table-daily";
    TableDailyLine = "table-daily-line";
    TableStreak = "table-streak";
    TableWeekButton = "table-week-button";
    TableEverButton = "table-ever-button";
    TableDailyButton = "table-daily-button";

    // Settings of a group.
    SettingsHeading = "settings";
    SettingsWhoStarts = "settings-who-starts";
    SettingsEverybody = "settings-everybody";
    SettingsAdmins = "settings-admins";
    SettingsLength = "settings-length";
    SettingsSeconds = "settings-seconds";
    SettingsUnasked = "settings-unasked";
    SettingsTidy = "settings-tidy";
    SettingsTopic = "settings-topic";
    SettingsQuiet = "settings-quiet";
    SettingsOn = "settings-on";
    SettingsOff = "settings-off";
    SettingsNever = "settings-never";
    SettingsMinutes = "settings-minutes";
    SettingsNeedSight = "settings-need-sight";
    SettingsOnlyAdmins = "settings-only-admins";
    SettingsOnlyGroups = "settings-only-groups";
    SettingsDone = "settings-done";
    SettingsHint = "settings-hint";
    QuietSet = "quiet-set";
    QuietOff = "quiet-off";
    QuietHow = "quiet-how";
    QuietNoZone = "quiet-no-zone";
    /// [`Text::QuietNoZone`] where a zone has nearly that name.
    QuietNoZoneNear = "quiet-no-zone-near";
    SettingsLanguage = "settings-language";

    // Languages.
    LanguageChoose = "language-choose";
    LanguageChosen = "language-chosen";
    /// Below an answer that exists only in the main language.
    OnlyIn = "only-in";
    QuizOnlyIn = "quiz-only-in";
    /// To a message in another language.
    SpeaksOnly = "speaks-only";

    // For the owners.
    MissesNone = "misses-none";
    MissesHeading = "misses";
    MissLine = "miss-line";
    MissOtherWords = "miss-other-words";
    MissMoreWords = "miss-more-words";
    MissUnknown = "miss-unknown";
    MissNoneOfThese = "miss-none-of-these";
    MissDisliked = "miss-disliked";
    MissLast = "miss-last";
    MissAddButton = "miss-add-button";
    MissFindButton = "miss-find-button";
    MissWriteButton = "miss-write-button";
    MissNotCoveredButton = "miss-not-covered-button";
    MissIgnoreButton = "miss-ignore-button";
    MissUndoButton = "miss-undo-button";
    MissCancelButton = "miss-cancel-button";
    MissTryAgainButton = "miss-try-again-button";
    MissFind = "miss-find";
    MissFound = "miss-found";
    MissFoundNone = "miss-found-none";
    MissWrite = "miss-write";
    MissReword = "miss-reword";
    MissRewordButton = "miss-reword-button";
    MissChooseReply = "miss-choose-reply";
    MissNewReplyButton = "miss-new-reply-button";
    MissWriteReply = "miss-write-reply";
    MissOnlyText = "miss-only-text";
    MissInvalid = "miss-invalid";
    MissConfirm = "miss-confirm";
    MissConfirmButton = "miss-confirm-button";
    MissNewAdded = "miss-new-added";
    MissNotCovered = "miss-not-covered";
    MissGone = "miss-gone";
    MissUndone = "miss-undone";
    MissUndoFailed = "miss-undo-failed";
    MissAdded = "miss-added";
    MissAddFailed = "miss-add-failed";
    FolderBroken = "folder-broken";
    FolderFixed = "folder-fixed";
    PictureGone = "picture-gone";
    ShowPictureButton = "show-picture-button";
    StatsHeading = "stats";
    StatsTotals = "stats-totals";
    /// Quiz questions that most people miss, or nobody.
    ItemsHeading = "items";
    ItemLine = "item-line";
    ItemTooHard = "item-too-hard";
    ItemTooEasy = "item-too-easy";
    ItemMisleading = "item-misleading";
    WhyReply = "why-reply";
    WhyNoQuestion = "why-no-question";
    WhyForgotten = "why-forgotten";
    BusinessConnected = "business-connected";
    BusinessCannotReply = "business-cannot-reply";
    BusinessDisconnected = "business-disconnected";
    BusinessNotAnOwner = "business-not-an-owner";
    BusinessFailed = "business-failed";
    BusinessOn = "business-on";
    BusinessOff = "business-off";
    BusinessHow = "business-how";
    BusinessOnButton = "business-on-button";
    BusinessOffButton = "business-off-button";

    // Menus.
    MenuAsk = "menu-ask";
    MenuTopics = "menu-topics";
    MenuGlossary = "menu-glossary";
    MenuDefine = "menu-define";
    MenuQuiz = "menu-quiz";
    MenuGuess = "menu-guess";
    MenuStop = "menu-stop";
    MenuTop = "menu-top";
    MenuDaily = "menu-daily";
    MenuPractice = "menu-practice";
    MenuHelp = "menu-help";
    MenuAbout = "menu-about";
    MenuPrivacy = "menu-privacy";
    MenuForgetMe = "menu-forgetme";
    MenuMisses = "menu-misses";
    MenuStats = "menu-stats";
    MenuWhy = "menu-why";
    MenuBusiness = "menu-business";
    MenuSettings = "menu-settings";
    MenuQuiet = "menu-quiet";
    MenuLanguage = "menu-language";
    Description = "description";
    ShortDescription = "short-description";
}

impl Text {
    /// The wording in English.
    pub fn default_wording(self) -> &'static str {
        shipped::wording(Language::ENGLISH, self).expect("a test finds every text in English")
    }
}

/// The bot's words in one language: the folder's wording if it has one, else the shipped one, if need be in English.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    language: Language,
    replaced: BTreeMap<Text, String>,
}

/// The value of a placeholder.
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
    /// Takes the folder's wordings, which are in this language. Keys that name no text are left out.
    pub fn new<'a>(language: Language, wordings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Texts {
        let by_key: BTreeMap<&str, Text> = Text::ALL.iter().map(|text| (text.key(), *text)).collect();
        let replaced = wordings
            .into_iter()
            .filter_map(|(key, wording)| {
                let right_to_left = language.is_right_to_left();
                let wording = if right_to_left { isolate_commands(wording) } else { wording.to_owned() };
                Some((*by_key.get(key)?, wording))
            })
            .collect();
        Texts { language, replaced }
    }

    /// The same for another language: the folder's own wordings stay as they are.
    pub fn translated(&self, language: Language) -> Texts {
        Texts { language, replaced: self.replaced.clone() }
    }

    /// The language that the bot speaks here.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The wording of a text, and its language.
    fn wording(&self, text: Text) -> (Language, &str) {
        if let Some(wording) = self.replaced.get(&text) {
            return (self.language, wording);
        }
        match shipped::wording(self.language, text) {
            Some(wording) => (self.language, wording),
            None => (Language::ENGLISH, text.default_wording()),
        }
    }

    /// Whether a text has to be in English, for want of one in the language of the folder.
    fn is_foreign(&self, text: Text) -> bool {
        !self.is_replaced(text) && shipped::wording(self.language, text).is_none()
    }

    /// Whether the folder has a wording of its own for a text.
    pub fn is_replaced(&self, text: Text) -> bool {
        self.replaced.contains_key(&text)
    }

    /// A text for a special case of another one. If the folder replaces only the general one, or only that is in the
    /// folder's language, it serves for the special case, too.
    pub fn special(&self, special: Text, general: Text) -> Text {
        let replaced = self.is_replaced(general) && !self.is_replaced(special);
        let foreign = self.is_foreign(special) && !self.is_foreign(general);
        if replaced || foreign { general } else { special }
    }

    /// The wording of a text with its placeholders filled in. A placeholder without a value stays as it is.
    pub fn say(&self, text: Text, values: &[(&str, Value)]) -> RichText {
        let (language, wording) = self.wording(text);
        fill(language, &markdown(wording), values)
    }

    /// The same as characters only: for buttons and menus, which take no formatting.
    pub fn label(&self, text: Text, values: &[(&str, Value)]) -> String {
        self.say(text, values).text
    }
}

/// A placeholder with a form for each kind of number, as in `{n|question|questions}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms<'w> {
    pub name: &'w str,
    pub n_forms: usize,
    /// Its place in the wording, in bytes.
    pub span: std::ops::Range<usize>,
}

/// The placeholders of a wording that have forms.
pub fn forms(wording: &str) -> Vec<Forms<'_>> {
    let mut forms = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = placeholder(wording, from) {
        let mut parts = wording[start + 1..end - 1].split('|');
        let (name, n_forms) = (parts.next().unwrap_or_default(), parts.count());
        if n_forms > 0 {
            forms.push(Forms { name, n_forms, span: start..end });
        }
        from = end;
    }
    forms
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
fn fill(language: Language, template: &RichText, values: &[(&str, Value)]) -> RichText {
    let mut filled = template.clone();
    let mut from = 0;
    while let Some((start, end)) = placeholder(&filled.text, from) {
        let inside = &filled.text[start + 1..end - 1];
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        let forms: Vec<&str> = parts.collect();
        let value = match values.iter().find(|(known, _)| *known == name) {
            Some((_, Value::Number(number))) if !forms.is_empty() => {
                RichText::plain(plural::form(language, *number, &forms))
            }
            Some((_, Value::Number(number))) => {
                isolated(&RichText::plain(grouped(*number)), language.is_right_to_left())
            }
            Some((_, Value::Words(words))) => isolated(words, language.is_right_to_left()),
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

/// The byte range of the first `{…}` at or after `from`.
fn placeholder(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find('{')?;
    let end = start + text[start..].find('}')? + 1;
    Some((start, end))
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
