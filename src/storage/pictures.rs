//! The names under which Telegram has the pictures of the folder, and which cannot be had.

use anyhow::Context as _;

use super::{Transaction, column, text};
use crate::time::Timestamp;

impl Transaction {
    /// The name under which Telegram has this version of a picture.
    pub async fn picture(&mut self, version: &str) -> anyhow::Result<Option<String>> {
        let select = sqlx::query("SELECT file_id FROM pictures WHERE version = $1").bind(text(version));
        let rows = self.rows(select).await.context("looking for a picture")?;
        rows.first().map(|row| column(row, "file_id")).transpose()
    }

    /// Notes the name under which Telegram has it now. Other versions of it are forgotten.
    pub async fn keep_picture(
        &mut self,
        name: &str,
        version: &str,
        file_id: &str,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        for table in ["DELETE FROM pictures WHERE name = $1", "DELETE FROM missing_pictures WHERE name = $1"]
        {
            self.execute(sqlx::query(table).bind(text(name))).await.context("forgetting a picture")?;
        }
        let insert = "INSERT INTO pictures (version, name, file_id, at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (version) DO UPDATE SET file_id = excluded.file_id, at = excluded.at";
        let insert = sqlx::query(insert).bind(text(version)).bind(text(name)).bind(text(file_id)).bind(now.0);
        self.execute(insert).await.context("noting a picture")?;
        Ok(())
    }

    pub async fn forget_picture(&mut self, version: &str) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM pictures WHERE version = $1").bind(text(version));
        self.execute(delete).await.context("forgetting a picture")?;
        Ok(())
    }

    /// Notes that a picture cannot be had; returns whether that is new.
    pub async fn miss_picture(&mut self, name: &str, now: Timestamp) -> anyhow::Result<bool> {
        let insert = "INSERT INTO missing_pictures (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        let done = self.execute(sqlx::query(insert).bind(text(name)).bind(now.0)).await;
        Ok(done.context("noting that a picture is missing")? > 0)
    }
}
