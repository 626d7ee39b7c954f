//! The preview's page as a person uses it, in headless Chromium.
//!
//! Needs `chromium` and `chromedriver`, so these tests are ignored by default; `.ci/run` installs both and runs them:
//! `cargo test browser -- --ignored`. With `SCREENSHOTS=folder` they leave pictures there;
//! `SCREENSHOTS=docs cargo test browser -- --ignored` retakes those of the README (an emoji font should be installed).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

/// How long anything on the page may take. Only a failure waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn a_question_is_asked_and_answered() {
    let page = Page::open(Screen::Desktop).await;
    // It begins with the bot's own chat, under the name from the folder.
    page.sees("h1", "The Amazon–Anthropic deal, explained").await;
    page.click("footer", "Start").await;
    page.sees("article", "Hello!").await;
    page.write("how much did amazn invest in antropic??").await;
    page.sees("article", "$5 billion").await;
    page.picture("preview").await;

    page.click("article", "How much has Anthropic committed to spend on AWS?").await;
    page.sees("article", "$100 billion").await;
    page.click("article", "👍").await;
    page.sees("div", "Thanks!").await;

    page.write("/topics").await;
    page.click("article", "Why Is Anthropic Spending $100B on AWS?").await;
    page.sees("article", "‹ Back").await;

    // A choice turns into the answer in place.
    page.write("amazon").await;
    page.sees("article", "Which do you mean").await;
    page.click("article[.//*[contains(., 'Which do you mean')]]", "?").await;
    page.sees("article[.//*[contains(., 'edited')]]", "Source:").await;

    // The shared text is a link to the answer.
    page.click("article", "Share").await;
    page.send().await;
    page.click("div[@class='text']", "t.me/preview_bot?start=").await;
    page.sees("article", "/start ").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn a_phone_shows_the_list_or_a_chat_and_nothing_sticks_out() {
    let page = Page::open(Screen::Phone).await;
    page.fits().await;
    page.click("footer", "Start").await;
    page.write("how much did amazn invest in antropic??").await;
    page.sees("article", "$5 billion").await;
    page.picture("phone").await;
    page.write(&"unbroken".repeat(40)).await;
    page.sees("article", "I don't have an answer to that").await;
    page.fits().await;
    page.press("//*[@id='back']").await;
    page.click("nav", "Reading circle").await;
    page.sees("article", "Hello!").await;
    page.fits().await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn several_people_play_a_round() {
    let page = Page::open(Screen::Desktop).await;
    page.click("nav", "Reading circle").await;
    page.write("/quiz 2 30").await;
    page.click("article", "Join").await;
    page.person(1).await;
    page.click("nav", "Reading circle").await;
    page.click("article", "Join").await;
    page.person(0).await;
    page.click("article", "Start now").await;
    for number in 1..=2 {
        page.sees("article", &format!("{number}/2")).await;
        for person in 0..2 {
            page.person(person).await;
            page.vote(&format!("{number}/2"), person).await;
        }
    }
    page.sees("article", "Quiz finished").await;
    page.sees("article", "Final results · Quiz").await;
    page.picture("quiz").await;
    page.write("/top").await;
    page.sees("article", "This week").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn the_focus_goes_along_and_a_list_of_commands_is_named_as_one() {
    let page = Page::open(Screen::Desktop).await;
    page.sees("button", "Start").await;
    page.click("nav", "Reading circle").await;
    page.find("//textarea[@role='combobox'][@aria-expanded='false']").await;
    page.is_focused("input").await;
    let input = page.find("//*[@id='input']").await;
    input.send_keys("/qu").await.expect("it takes text");
    page.find("//textarea[@aria-expanded='true']").await;
    page.find("//*[@id='suggestions'][@role='listbox']/*[@role='option'][contains(., '/quiz')]").await;
    page.close().await;

    let page = Page::open(Screen::Phone).await;
    page.sees("button", "Start").await;
    page.press("//*[@id='back']").await;
    let is_row = "return document.activeElement?.closest('#chats') !== null";
    page.becomes_true(is_row).await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn a_message_written_while_the_server_is_away_is_not_lost() {
    let mut page = Page::open(Screen::Desktop).await;
    page.click("footer", "Start").await;
    page.sees("article", "Hello!").await;
    page.preview.end();
    page.write("how much did they pay?").await;
    page.sees("div", "The server does not answer").await;
    page.becomes_true("return document.getElementById('input').value === 'how much did they pay?'").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs and runs it"]
async fn the_bot_is_a_guest_and_answers_the_customers_of_its_owner() {
    let page = Page::open(Screen::Desktop).await;
    page.click("nav", "Book swap").await;
    page.sees("p", "without the bot: mention @preview_bot").await;
    page.write("@preview_bot how much did amazon invest in anthropic?").await;
    page.sees("article", "$5 billion").await;
    page.picture("guest").await;

    page.person(3).await;
    page.click("nav", "Ada").await;
    page.sees("p", "business account").await;
    page.write("How much has Anthropic committed to spend on AWS?").await;
    page.sees("article", "$100 billion").await;
    page.person(0).await;
    page.click("nav", "Dilip").await;
    page.sees("article", "written by the bot").await;
    page.picture("business").await;
    page.close().await;
}

/// The page in a browser, with the preview and the browser's driver behind it.
struct Page {
    client: Client,
    preview: Process,
    _driver: Process,
}

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

enum Screen {
    Desktop,
    Phone,
}

impl Page {
    async fn open(screen: Screen) -> Page {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
        let (preview, line) = start(command.args(["preview", "--listen", "127.0.0.1:0"]), "open at ");
        let address = line.rsplit_once("open at ").expect("it was looked for").1.trim().to_owned();
        let mut command = Command::new("chromedriver");
        let (driver, line) = start(command.arg("--port=0"), "successfully on port ");
        let port =
            line.rsplit_once("on port ").expect("it was looked for").1.trim_end_matches('.').to_owned();

        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1200,800",
        ];
        let mut options = json!({ "goog:chromeOptions": { "args": arguments } });
        if let Screen::Phone = screen {
            let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2.0 });
            options["goog:chromeOptions"]["mobileEmulation"] = json!({ "deviceMetrics": metrics });
            // So that both schemes are seen.
            let arguments = options["goog:chromeOptions"]["args"].as_array_mut().expect("just made");
            arguments.push(json!("--force-dark-mode"));
        }
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(options.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the driver opens a browser");
        client.goto(&address).await.expect("the page opens");
        Page { client, preview, _driver: driver }
    }

    /// Waits until an element of this kind holds this text.
    async fn sees(&self, tag: &str, text: &str) {
        self.find(&format!("//{tag}[contains(normalize-space(.), {})]", quoted(text))).await;
    }

    /// Clicks the newest button or link that says this, within an element of this kind.
    async fn click(&self, within: &str, text: &str) {
        let text = quoted(text);
        let path =
            format!("(//{within}//*[self::button or self::a][contains(normalize-space(.), {text})])[last()]");
        self.press(&path).await;
    }

    async fn press(&self, path: &str) {
        let mut pressed = self.find(path).await.click().await;
        // If it is redrawn between finding and clicking, it is to be found again.
        while pressed.as_ref().is_err_and(CmdError::is_stale_element_reference) {
            pressed = self.find(path).await.click().await;
        }
        if let Err(error) = pressed {
            self.picture("failure").await;
            panic!("clicking {path}: {error}");
        }
    }

    /// Becomes another person; they are counted from 0.
    async fn person(&self, index: usize) {
        let path = format!("(//*[@id='people']/button)[{}]", index + 1);
        self.press(&path).await;
        self.find(&format!("{path}[@aria-pressed='true']")).await;
    }

    async fn write(&self, text: &str) {
        let input = self.find("//form[not(@hidden)]//textarea").await;
        input.send_keys(text).await.expect("it takes text");
        self.send().await;
    }

    async fn send(&self) {
        self.press("//*[@id='send']").await;
    }

    /// Waits until the element with this id has the focus.
    async fn is_focused(&self, id: &str) {
        self.becomes_true(&format!("return document.activeElement?.id === '{id}'")).await;
    }

    /// Waits until a script says yes.
    async fn becomes_true(&self, script: &str) {
        let asked = async {
            while self.client.execute(script, Vec::new()).await.expect("the page can be asked") != json!(true)
            {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("never true: {script}"));
    }

    /// Nothing is wider than the screen.
    async fn fits(&self) {
        let script = "return [document.documentElement.scrollWidth, document.getElementById('scroll').scrollWidth, innerWidth]";
        let widths = self.client.execute(script, Vec::new()).await.expect("the page can be measured");
        let [page, chat, screen] = [0, 1, 2].map(|at| widths[at].as_u64().expect("a width"));
        assert!(page <= screen && chat <= screen && screen == 390, "{widths}");
    }

    /// Votes in the poll with this text.
    async fn vote(&self, question: &str, option: usize) {
        let poll = format!("//article//*[contains(@class, 'poll')][contains(., {})]", quoted(question));
        let path = format!("({poll}//button[contains(@class, 'option')])[{}]", option + 1);
        self.press(&path).await;
        self.find(&format!("{poll}//*[contains(@class, 'result')][contains(@class, 'mine')]")).await;
    }

    async fn find(&self, path: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let body = self.client.find(Locator::Css("body")).await.expect("a page has a body");
                panic!("{path}: {error}\non the page:\n{}", body.text().await.unwrap_or_default());
            }
        }
    }

    /// Leaves a picture of the page, if pictures are wanted.
    async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SCREENSHOTS") else { return };
        let png = self.client.screenshot().await.expect("the browser takes pictures");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png)
            .expect("the folder can be written to");
    }

    async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }
}

/// Starts a program and waits for the line in which it says that it is ready.
fn start(command: &mut Command, ready: &str) -> (Process, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("starting {command:?}: {error}"));
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let process = Process(child);
    let line = lines
        .find_map(|line| line.ok().filter(|line| line.contains(ready)))
        .unwrap_or_else(|| panic!("{command:?} ended before it was ready"));
    // Its later output must not block it.
    std::thread::spawn(move || lines.for_each(drop));
    (process, line)
}

/// A text as an XPath string: one with both kinds of quotes is put together.
fn quoted(text: &str) -> String {
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    match parts.as_slice() {
        [part] => part.clone(),
        _ => format!("concat({})", parts.join(", '\"', ")),
    }
}
