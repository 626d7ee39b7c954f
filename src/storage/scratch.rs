//! An empty schema on Postgres, for tests.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

/// Its URL and that of its server; none where there is no Postgres to test on.
#[expect(clippy::print_stdout, reason = "`--nocapture` shows what was not tested")]
pub(crate) async fn schema() -> Option<(String, String)> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        println!("skipped: bots that share a Postgres: set TEST_POSTGRES_URL to test it");
        return None;
    };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server).await.expect("TEST_POSTGRES_URL can be reached");
    let name = std::thread::current().name().expect("tests have names").to_owned();
    let schema = format!("scratch_{:x}", crate::stable_hash::stable_hash(&name));
    let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    connection.execute(AssertSqlSafe(sql)).await.expect("schemas can be made");
    Some((format!("{server}?options[search_path]={schema}"), server))
}
