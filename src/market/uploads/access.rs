//! Who may upload: those who publish for the dataset's owner. An upload that one of them began may be continued by another.

use super::{Limits, Upload, rows};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::{self, MayChangeDataset, Version};
use crate::store::Read;
use crate::values::{BlobId, Timestamp, UploadId, VersionId};

/// Lets a publisher begin uploads into a version.
pub struct MayUpload {
    pub(super) version: Version,
    pub(super) may: MayChangeDataset,
}

impl MayUpload {
    /// Checks that the actor publishes for the owner of the version's dataset.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, version: VersionId) -> Result<Self, Refused> {
        let version = datasets::version(tx, version)?.ok_or(Refused::Hidden)?;
        let may = MayChangeDataset::check(tx, actor, version.dataset_id)?;
        Ok(Self { version, may })
    }
    /// The upload that is begun, of which nothing has come yet.
    pub(super) fn upload(
        &self,
        path: &str,
        metadata: &str,
        size_bytes: i64,
        (limits, now): (&Limits, Timestamp),
    ) -> Upload {
        Upload::fresh(rows::Fresh {
            id: UploadId::fresh(),
            blob_id: BlobId::fresh(),
            party_id: self.may.dataset().party_id,
            dataset_id: self.version.dataset_id,
            version_id: self.version.id,
            path: path.to_owned(),
            metadata: metadata.to_owned(),
            size_bytes,
            by: self.may.by().clone(),
            expires_at: now.plus_seconds(limits.keep_seconds),
            now,
        })
    }
}

/// Lets a publisher go on with an upload, or give it up.
pub struct MayContinue {
    pub(super) upload: Upload,
    pub(super) may: MayChangeDataset,
}

impl MayContinue {
    /// Checks that the actor publishes for the owner of the upload's dataset.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, id: UploadId) -> Result<Self, Refused> {
        let upload = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
        let may = MayChangeDataset::check(tx, actor, upload.dataset_id)?;
        Ok(Self { upload, may })
    }
    /// The upload.
    #[must_use]
    pub const fn upload(&self) -> &Upload {
        &self.upload
    }
}
