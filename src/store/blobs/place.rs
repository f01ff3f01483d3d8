//! Disk or S3: everything that differs between the two places, apart from reading chunks on disk (`disk`).

use std::{fmt, io, path::Path, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    BackoffConfig, ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path as Location,
};
use url::{Host, Url};
use uuid::Uuid;

use super::disk::Disk;

/// Most parts of one S3 upload (a limit of the protocol).
const S3_MOST_PARTS: u64 = 10_000;

/// What went wrong in the store, its settings or its folder.
#[derive(Debug, thiserror::Error)]
pub enum BlobsError {
    /// A folder or file of the store cannot be made, read, written or removed.
    #[error("{path}: {source}")]
    Folder {
        /// The folder or file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The S3 endpoint cannot be used.
    #[error("the S3 endpoint {endpoint:?} {why}")]
    Endpoint {
        /// The endpoint as set.
        endpoint: String,
        /// What is wrong with it, to be read after its name.
        why: &'static str,
    },
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] object_store::Error),
}

impl BlobsError {
    pub(super) fn at(path: &Path, source: io::Error) -> Self {
        Self::Folder { path: path.display().to_string(), source }
    }
}

/// How an S3 bucket is reached. `Debug` hides both keys.
#[derive(Clone)]
pub struct S3Settings {
    /// Address of the server (`https://host`); `None` is Amazon's own for the region.
    pub endpoint: Option<String>,
    /// Region, such as `eu-central-1`; many other servers take any.
    pub region: String,
    /// Name of the bucket, which must exist.
    pub bucket: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Allows plain `http`, for an endpoint on this machine only (loopback).
    pub allow_http: bool,
    /// Puts the bucket into the path (`host/bucket/key`) rather than into the host name.
    pub path_style: bool,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("allow_http", &self.allow_http)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

impl S3Settings {
    /// The endpoint as the client wants it: it does not put the bucket into the host name of an endpoint by itself.
    fn address(&self) -> Result<Option<String>, BlobsError> {
        let Some(endpoint) = &self.endpoint else { return Ok(None) };
        let wrong = |why| BlobsError::Endpoint { endpoint: endpoint.clone(), why };
        let mut url = Url::parse(endpoint).map_err(|_| wrong("is no address such as https://s3.example.org"))?;
        let local = match url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(wrong("names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if local && self.allow_http => {}
            "http" if local => return Err(wrong("is plain http, which must be allowed by its own setting")),
            "http" => {
                return Err(wrong("is plain http beyond this machine, which would show keys and data: use https"));
            }
            _ => return Err(wrong("is neither https nor http")),
        }
        if !self.path_style {
            let host = format!("{}.{}", self.bucket, url.host_str().unwrap_or_default());
            url.set_host(Some(&host)).map_err(|_| wrong("cannot carry the bucket in its host name: set path style"))?;
        }
        Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// A finished blob as the store lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its key.
    pub key: Uuid,
    /// Its length in bytes.
    pub size: u64,
    /// When it was written, in milliseconds since 1970 UTC, by the store's clock.
    pub modified_ms: i64,
}

/// The place behind [`super::Blobs`].
#[derive(Debug)]
pub(super) enum Place {
    /// A folder.
    Disk(Arc<Disk>),
    /// A bucket.
    S3(Arc<AmazonS3>),
}

/// Name of a blob, `blobs/ab/<uuid>`. The folder is the *last* byte of the key: the first ones of a version 7 UUID are the
/// time, which would put all blobs of some weeks into one folder.
pub(super) fn location(key: Uuid) -> Location {
    Location::from(format!("blobs/{:02x}/{key}", key.as_bytes()[15]))
}

/// Names the place of a blob in folder or bucket: `blobs/ab/<uuid>`.
#[must_use]
pub fn place_in_store(key: Uuid) -> String {
    location(key).to_string()
}

impl Place {
    pub(super) fn disk(folder: &Path) -> Result<Self, BlobsError> {
        Ok(Self::Disk(Arc::new(Disk::new(folder)?)))
    }

    pub(super) fn s3(settings: &S3Settings) -> Result<Self, BlobsError> {
        // A reader waits for the answer, so a store that is down should show within a minute, not after the default of three.
        let retry = RetryConfig {
            max_retries: 5,
            retry_timeout: Duration::from_secs(45),
            backoff: BackoffConfig { max_backoff: Duration::from_secs(5), ..BackoffConfig::default() },
        };
        let client =
            ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout(Duration::from_secs(60));
        let mut builder = AmazonS3Builder::new()
            .with_client_options(client)
            .with_retry(retry)
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(&settings.secret_key)
            .with_virtual_hosted_style_request(!settings.path_style);
        if let Some(address) = settings.address()? {
            builder = builder.with_allow_http(address.starts_with("http://")).with_endpoint(address);
        }
        Ok(Self::S3(Arc::new(builder.build()?)))
    }

    fn store(&self) -> &dyn ObjectStore {
        match self {
            Self::Disk(disk) => disk.store(),
            Self::S3(store) => store.as_ref(),
        }
    }

    /// Largest blob that this place can hold, in bytes, when parts are `part_bytes` long.
    pub(super) fn most_bytes(&self, part_bytes: u64) -> u64 {
        match self {
            Self::Disk(_) => u64::MAX,
            Self::S3(_) => S3_MOST_PARTS.saturating_mul(part_bytes),
        }
    }

    /// How many parts may be on their way at once. Disk writes them one after another anyway.
    pub(super) fn parts_at_once(&self) -> usize {
        match self {
            Self::Disk(_) => 2,
            Self::S3(_) => 4,
        }
    }

    pub(super) async fn put(&self, key: Uuid) -> Result<Box<dyn MultipartUpload>, BlobsError> {
        Ok(self.store().put_multipart(&location(key)).await?)
    }

    /// Ends the upload of `key` as far as the place needs it: on disk the file becomes read-only.
    pub(super) async fn seal(&self, key: Uuid) {
        match self {
            Self::Disk(disk) => disk.seal(key).await,
            Self::S3(_) => {}
        }
    }

    pub(super) async fn remove(&self, key: Uuid) -> Result<(), BlobsError> {
        if let Self::Disk(disk) = self {
            disk.forget(key);
        }
        match self.store().delete(&location(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn sweep(&self, before_ms: i64) -> Result<usize, BlobsError> {
        match self {
            Self::Disk(disk) => disk.sweep(before_ms).await,
            Self::S3(_) => Ok(0),
        }
    }

    pub(super) async fn probe(&self) -> Result<(), BlobsError> {
        match self {
            Self::Disk(disk) => disk.probe().await,
            // One page of at most 256 folder names; a key that does not exist would look like a bucket that does not exist.
            Self::S3(store) => Ok(store.list_with_delimiter(Some(&Location::from("blobs"))).await.map(drop)?),
        }
    }
}

/// All finished blobs. Staging files (`#digits`) are not among them: `object_store` hides them.
pub(super) fn list(place: Arc<Place>) -> BoxStream<'static, Result<Stored, BlobsError>> {
    let found = place.store().list(Some(&Location::from("blobs")));
    let stored = found.filter_map(|item| async {
        match item {
            Ok(meta) => {
                let key = meta.location.filename().and_then(|name| Uuid::try_parse(name).ok())?;
                // Only names that this store gives itself: the sweeper removes what it finds here.
                (location(key) == meta.location)
                    .then(|| Ok(Stored { key, size: meta.size, modified_ms: meta.last_modified.timestamp_millis() }))
            }
            Err(error) => Some(Err(error.into())),
        }
    });
    stored.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(endpoint: &str, allow_http: bool, path_style: bool) -> S3Settings {
        S3Settings {
            endpoint: Some(endpoint.to_owned()),
            region: "eu".to_owned(),
            bucket: "goods".to_owned(),
            access_key: "id-of-key".to_owned(),
            secret_key: "very-secret".to_owned(),
            allow_http,
            path_style,
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (endpoint, allow, fine) in [
            ("https://s3.example.org", false, true),
            ("http://127.0.0.1:5000", true, true),
            ("http://localhost:5000", true, true),
            ("http://[::1]:5000", true, true),
            ("http://127.0.0.1:5000", false, false),
            ("http://s3.example.org", true, false),
            ("http://10.0.0.7", true, false),
            ("ftp://127.0.0.1", true, false),
            ("127.0.0.1:5000", true, false),
            ("", true, false),
        ] {
            let built = Place::s3(&settings(endpoint, allow, true));
            assert_eq!(built.is_ok(), fine, "{endpoint} {allow}: {:?}", built.err().map(|e| e.to_string()));
        }
    }

    #[test]
    fn the_bucket_goes_into_the_host_without_path_style() {
        let address = |endpoint, style| settings(endpoint, true, style).address().ok().flatten();
        assert_eq!(address("https://s3.example.org/", true).unwrap(), "https://s3.example.org");
        assert_eq!(address("https://s3.example.org:9000", false).unwrap(), "https://goods.s3.example.org:9000");
        assert_eq!(address("http://127.0.0.1:9000", false), None);
    }

    #[test]
    fn debug_shows_no_key() {
        let text = format!("{:?}", settings("https://s3.example.org", false, true));
        assert!(!text.contains("very-secret") && !text.contains("id-of-key"), "{text}");
    }
}
