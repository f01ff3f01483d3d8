//! The headers of tus, read once and strictly.

use super::unfit;
use crate::http::problem::Problem;
use crate::market::uploads::{MOST_PARTS, NewPart, NewUpload};
use crate::urls;
use crate::values::{FilePath, Sha256 as Digest256, UploadId};
use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use data_encoding::BASE64;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The media type of bytes that go on.
pub(super) const CONTENT: &str = "application/offset+octet-stream";
/// The longest metadata, in bytes.
const METADATA_BYTES: usize = 4096;

/// Gives a header's text; one that is sent twice or is no text is refused.
pub(super) fn text<'r>(request: &'r HttpRequest, name: &'static str) -> Result<Option<&'r str>, Problem> {
    let mut all = request.headers().get_all(name);
    let first = all.next();
    if all.next().is_some() {
        return Err(Problem::bad_request("tus-header").about(name));
    }
    first.map(|v| v.to_str().map_err(|_| Problem::bad_request("tus-header").about(name))).transpose()
}

/// Refuses a client that speaks another version of the protocol.
pub(super) fn speaks(request: &HttpRequest) -> Result<(), Problem> {
    if text(request, "tus-resumable")? == Some(urls::TUS_VERSION) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "tus-version").about(urls::TUS_VERSION))
}

/// Tells whether the body holds bytes of the file.
pub(super) fn has_bytes(request: &HttpRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(CONTENT)
}

/// A count of bytes: decimal digits and nothing else.
fn count(request: &HttpRequest, name: &'static str) -> Result<Option<i64>, Problem> {
    let Some(text) = text(request, name)? else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.map(Some).ok_or_else(|| Problem::bad_request("tus-header").about(name))
}

/// Reads from where a client goes on.
pub(super) fn offset(request: &HttpRequest) -> Result<i64, Problem> {
    count(request, "upload-offset")?.ok_or_else(|| Problem::bad_request("tus-header").about("upload-offset"))
}

/// Reads what a client announces.
pub(super) fn announced(request: &HttpRequest) -> Result<NewUpload, Problem> {
    let size_bytes = length(request)?;
    named(request, size_bytes)
}

/// Reads what a client announces of a part: no more than its length is needed.
pub(super) fn part(request: &HttpRequest) -> Result<NewPart, Problem> {
    let sent = text(request, "upload-metadata")?.unwrap_or_default().trim();
    metadata(sent).ok_or_else(|| Problem::bad_request("tus-header").about("upload-metadata"))?;
    Ok(NewPart { metadata: sent.to_owned(), size_bytes: length(request)? })
}

/// Reads what a client announces of a file that joins parts, whose length is theirs.
pub(super) fn joined(request: &HttpRequest) -> Result<NewUpload, Problem> {
    if request.headers().contains_key("upload-length") {
        return Err(Problem::bad_request("tus-header").about("upload-length"));
    }
    named(request, 0)
}

/// What an upload is to a file in parts.
pub(super) enum Concat {
    Partial,
    Final(Vec<UploadId>),
}

impl Concat {
    /// Reads `Upload-Concat`.
    pub(super) fn read(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let Some(text) = text(request, "upload-concat")? else { return Ok(None) };
        Self::parse(text).map(Some).ok_or_else(|| Problem::bad_request("tus-header").about("upload-concat"))
    }
    /// `partial`, or `final;` with the addresses of the parts, whole ones or paths, separated by spaces.
    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "partial" {
            return Some(Self::Partial);
        }
        let parts = text.trim().strip_prefix("final;")?.split_ascii_whitespace();
        let ids = parts.map(|address| address.rsplit_once(urls::TUS_UPLOADS)?.1.parse().ok());
        ids.collect::<Option<Vec<_>>>().filter(|ids| !ids.is_empty() && ids.len() <= MOST_PARTS).map(Self::Final)
    }
    /// Says which parts a file joins.
    pub(super) fn text(parts: &[UploadId]) -> String {
        let addresses: Vec<String> = parts.iter().map(|id| urls::tus_upload(*id)).collect();
        format!("final;{}", addresses.join(" "))
    }
}

fn length(request: &HttpRequest) -> Result<i64, Problem> {
    count(request, "upload-length")?.ok_or_else(|| Problem::bad_request("tus-header").about("upload-length"))
}

fn named(request: &HttpRequest, size_bytes: i64) -> Result<NewUpload, Problem> {
    let sent = text(request, "upload-metadata")?.unwrap_or_default().trim();
    let told = metadata(sent).ok_or_else(|| Problem::bad_request("tus-header").about("upload-metadata"))?;
    let named = ["path", "filename", "name"].iter().find_map(|key| told.get(*key).filter(|v| !v.is_empty()));
    let path = FilePath::parse(named.map_or("", String::as_str)).map_err(|_| unfit("path", "fault-path"))?;
    let digest = told.get("sha256").filter(|v| !v.is_empty());
    let sha256 = digest.map(|d| Digest256::parse(d).map_err(|_| unfit("sha256", "fault-shape"))).transpose()?;
    Ok(NewUpload { path, metadata: sent.to_owned(), size_bytes, sha256 })
}

/// Reads `key base64, key base64`; nothing for what is none.
fn metadata(text: &str) -> Option<BTreeMap<String, String>> {
    let mut told = BTreeMap::new();
    if text.len() > METADATA_BYTES {
        return None;
    }
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let bytes = BASE64.decode(value.trim().as_bytes()).ok()?;
        // Only keys that we know must be text; others may be anything.
        let value = String::from_utf8(bytes).unwrap_or_default();
        if !key.bytes().all(|b| b.is_ascii_graphic()) || told.insert(key.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(told)
}

/// The digest of a request's bytes with the one that the client promised.
pub(super) struct Sum {
    running: Running,
    promised: Vec<u8>,
}

enum Running {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Sum {
    /// Reads `Upload-Checksum`.
    pub(super) fn wanted(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let Some(text) = text(request, "upload-checksum")? else { return Ok(None) };
        let bad = || Problem::bad_request("tus-header").about("upload-checksum");
        let (name, value) = text.trim().split_once(' ').ok_or_else(bad)?;
        let promised = BASE64.decode(value.trim().as_bytes()).map_err(|_| bad())?;
        let running = match name {
            "sha1" => Running::Sha1(Sha1::new()),
            "sha256" => Running::Sha256(Sha256::new()),
            _ => return Err(bad()),
        };
        Ok(Some(Self { running, promised }))
    }
    /// Takes the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match &mut self.running {
            Running::Sha1(sum) => sum.update(bytes),
            Running::Sha256(sum) => sum.update(bytes),
        }
    }
    /// Tells whether the bytes are those that were promised.
    pub(super) fn fits(self) -> bool {
        match self.running {
            Running::Sha1(sum) => sum.finalize().to_vec() == self.promised,
            Running::Sha256(sum) => sum.finalize().to_vec() == self.promised,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_by_path_or_by_whole_address() {
        let id: UploadId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let ids = |text: &str| match Concat::parse(text) {
            Some(Concat::Final(ids)) => ids,
            Some(Concat::Partial) => vec![],
            None => panic!("{text}"),
        };
        assert_eq!(ids(&Concat::text(&[id, id])), [id, id]);
        assert_eq!(ids(&format!("final;https://data.example/tus/uploads/{id}")), [id]);
        assert!(ids("partial").is_empty());
        for bad in ["", "final", "final;", "final; ", "Final;/tus/uploads/1", "final;/x", "partial;"] {
            assert!(Concat::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn metadata_is_pairs_of_key_and_base64() {
        let told = metadata("filename 5rip5bqmLmNzdg==,is_secret, raw /w==").unwrap();
        assert_eq!(told["filename"], "温度.csv");
        assert_eq!((told["is_secret"].as_str(), told["raw"].as_str()), ("", ""));
        assert!(metadata("").unwrap().is_empty());
        for bad in ["filename !!", "a YQ==,a YQ==", "clé YQ==", "a  b c"] {
            assert!(metadata(bad).is_none(), "{bad}");
        }
        assert!(metadata(&"a YQ==,".repeat(1000)).is_none());
    }
}
