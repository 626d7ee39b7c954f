//! A bot that is measured: a process of its own, as an operator runs it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A process that does not outlive the measurement, and its folder.
pub(crate) struct Running {
    child: Child,
    folder: PathBuf,
}

impl Running {
    /// Starts it in a folder of its own. It logs only errors, and keeps no pace unless it is told to.
    pub(crate) fn start(command: &mut Command, name: &str) -> Running {
        let folder = std::env::temp_dir().join(format!("faqbot-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the system's folder for such things can be written");
        if !command.get_envs().any(|(name, _)| name == "DATABASE_URL") {
            command.env("DATABASE_URL", "sqlite://bot.db");
        }
        if !command.get_envs().any(|(name, _)| name == "PACING") {
            command.env("PACING", "off");
        }
        let child = command
            .current_dir(&folder)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .spawn()
            .expect("the program was built");
        Running { child, folder }
    }

    /// Sends it a signal, as `kill` does.
    #[allow(dead_code, reason = "only some measurements do")]
    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(kill.is_ok_and(|it| it.success()), "kill -{name}");
    }

    /// Resident memory in megabytes, as Linux reports it; elsewhere 0.
    pub(crate) fn memory(&self) -> f64 {
        super::memory::memory_of(self.child.id())
    }

    /// Processor time so far, as Linux reports it; elsewhere 0.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // After the name, which may hold anything; user and system time are fields 14 and 15, in 1/100 s.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already, and leftovers in the system's temporary folder do no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
