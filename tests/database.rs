//! A Postgres for tests: `TEST_POSTGRES_URL` names a database to make schemas in.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

/// The URL of an empty schema; none where there is no Postgres to test on.
pub(crate) async fn postgres() -> Option<String> {
    static N_SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let server = server()?;
    let schema = format!("t{}_{}", std::process::id(), N_SCHEMAS.fetch_add(1, Ordering::Relaxed));
    execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")).await;
    Some(format!("{server}?options[search_path]={schema}"))
}

/// Runs a statement as the operator of the server.
pub(crate) async fn execute(sql: &str) {
    sqlx::any::install_default_drivers();
    let server = server().expect("there is a Postgres");
    let mut connection = AnyConnection::connect(&server).await.expect("TEST_POSTGRES_URL can be reached");
    connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("the operator may do that");
    connection.close().await.expect("it has nothing left to do");
}

fn server() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok()
}

/// Prints that something is not tested, with `--nocapture`.
#[expect(clippy::print_stdout, reason = "`--nocapture` shows what was not tested")]
pub(crate) fn skip(what: &str) {
    println!("skipped: {what}: set TEST_POSTGRES_URL to test it");
}
