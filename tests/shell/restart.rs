//! A Postgres that is restarted while several bots work on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use faqbot::preview::world::{PersonId, World};

use super::rig::{ANSWER, LIMIT, QUESTION, telegram};
use super::several::{Several, begin_round, check_ranking};
use super::webhook::free_port;
use crate::database::skip;

/// A server of this test's own, as one that others use may not be stopped.
struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Postgres {
    /// None where it is not installed.
    fn start() -> Option<Postgres> {
        let programs = programs()?;
        let folder = tempfile::tempdir().expect("the system's folder for such things can be written");
        let it = Postgres { programs, folder, port: free_port().port() };
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(it.folder.path()).status();
            assert!(owned.expect("there is chown").success());
        }
        it.run("initdb", &["-A", "trust", "-U", "postgres"]);
        it.start_again();
        Some(it)
    }

    fn start_again(&self) {
        let folder = self.folder.path().display();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200",
            self.port
        );
        let log = self.folder.path().join("log");
        self.run("pg_ctl", &["-w", "-l", &log.to_string_lossy(), "-o", &options, "start"]);
    }

    /// At once, as if its machine had lost power.
    fn stop(&self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }

    /// Runs one of its programs, which refuse to work as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                .arg(self.programs.join(program));
            command
        } else {
            Command::new(self.programs.join(program))
        };
        let data = self.folder.path().join("data");
        command.arg("-D").arg(data).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().expect("it is installed").success(), "{program} {arguments:?}");
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?options[search_path]=public", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may already be down, if the test has failed.
        if !std::thread::panicking() {
            self.stop();
        } else if let Ok(id) = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")) {
            let _ = Command::new("kill").args(["-QUIT", id.lines().next().unwrap_or_default()]).status();
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}

/// The place where Debian and others keep the server's programs: the newest that is there.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|it| Some(it.ok()?.path().join("bin")));
    folders.filter(|it| Path::new(it).join("initdb").exists()).max()
}

fn n_answers(world: &World, person: PersonId) -> usize {
    world.messages(person).iter().filter(|it| it.is_from_bot && it.text.contains(ANSWER)).count()
}

/// Questions asked during it are answered as soon as it is back, and only what was under way may be answered twice. A round
/// that is being played ends with the right ranking.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "`--nocapture` shows how long it took")]
async fn answers_flow_again_when_the_database_is_back() {
    let Some(postgres) = Postgres::start() else { return skip("a restart of Postgres") };
    let server = telegram().await;
    let world = server.world();
    let _several = Several::start(&server, postgres.url()).await;
    let people: Vec<PersonId> = (0..12).map(|n| world.person(&format!("Person {n}"))).collect();
    let ask = || {
        for person in &people {
            world.say(*person, *person, QUESTION).expect("they may write");
        }
    };
    let all_answered = async |n: usize| {
        for person in &people {
            let done = |world: &World| (n_answers(world, *person) >= n).then_some(());
            world
                .wait_for(2 * LIMIT, done)
                .await
                .unwrap_or_else(|_| panic!("{person:?}: {}", n_answers(world, *person)));
        }
    };
    ask();
    all_answered(1).await;
    let players = [world.person("Ada"), world.person("Bob")];
    let group = world.supergroup("Quizzers", players[0], &players);
    world.add_bot(players[0], group).expect("the founder may");
    let quiz = begin_round(world, group, players).await;
    for round in 2..=3 {
        ask();
        postgres.stop();
        ask();
        postgres.start_again();
        let back = Instant::now();
        all_answered(2 * round - 1).await;
        println!("answers flow again {:.1} s after Postgres is back", back.elapsed().as_secs_f64());
    }
    check_ranking(&quiz.await.expect("nobody panics"));
    let n_double: usize = people.iter().map(|it| n_answers(world, *it) - 5).sum();
    assert!(n_double <= 2 * people.len(), "{n_double} answers came twice");
}
