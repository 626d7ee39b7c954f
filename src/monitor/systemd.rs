//! Notifies systemd that the bot has started, is alive, and ends. Elsewhere this does nothing.

use std::time::Duration;

use tokio::sync::watch;

use super::Health;

/// The bot has started.
pub(crate) fn ready() {
    notify("READY=1");
}

/// The bot finishes what is under way.
pub(crate) fn stopping() {
    notify("STOPPING=1");
}

/// Feeds the watchdog of the unit, if it has one, for as long as the database answers: a bot that hangs is restarted.
///
/// It is also fed while Telegram cannot be reached: a restart would change nothing.
pub(crate) async fn feed_watchdog(health: Health, mut stop: watch::Receiver<bool>) {
    let Some(limit) = watchdog_limit() else { return };
    let feed = async {
        loop {
            if health.database().await.is_ok() {
                notify("WATCHDOG=1");
            }
            tokio::time::sleep(limit / 3).await;
        }
    };
    tokio::select! {
        () = feed => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

#[cfg(target_os = "linux")]
fn notify(state: &str) {
    use sd_notify::NotifyState;

    if let Err(error) = sd_notify::notify(&[NotifyState::Custom(state)]) {
        tracing::debug!("cannot notify systemd: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
fn notify(_: &str) {}

#[cfg(target_os = "linux")]
fn watchdog_limit() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

#[cfg(not(target_os = "linux"))]
fn watchdog_limit() -> Option<Duration> {
    None
}
